# An optimised build compiles the engine as one unit: what a request runs through lies in a dozen
# files.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  set_target_properties(sojourn_models PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 0)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # In so large a unit g++ stops inlining what the main loop is made of, unless it is told not to.
    target_compile_options(sojourn_models PRIVATE
                           --param=inline-unit-growth=2000 --param=large-function-growth=2000
                           --param=large-stack-frame-growth=5000
                           --param=max-inline-insns-auto=400 --param=max-inline-insns-single=1200
                           --param=early-inlining-insns=40)
  endif()
endif()
