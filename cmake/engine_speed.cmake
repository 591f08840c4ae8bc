# What every request runs through is compiled as one unit, though it lies in several files: its
# functions are templates, of which each file needs those of the others.
foreach(file simulate world workload call replica replica_line replica_slots
             replica_work interpreter)
  set_source_files_properties(models/${file}.cpp PROPERTIES UNITY_GROUP requests)
endforeach()
set_target_properties(sojourn_models PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)

# An optimised build does so with what every message runs through, too. What only some scenarios need
# stays outside, so that it is not inlined there and in nobody's way.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  foreach(file channel publishing delivery acknowledgement ready_messages)
    set_source_files_properties(models/${file}.cpp PROPERTIES UNITY_GROUP messages)
  endforeach()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # In so large a unit g++ stops inlining what the main loop is made of, unless it is told not to.
    target_compile_options(sojourn_models PRIVATE
                           --param=inline-unit-growth=2000 --param=large-function-growth=2000
                           --param=large-stack-frame-growth=5000
                           --param=max-inline-insns-auto=1000 --param=max-inline-insns-single=1200
                           --param=early-inlining-insns=40)
  endif()
endif()

# What runs were seen to do tells g++ what is likely: `generate` makes a program that notes it beside
# its object files, `use` reads it there. `./dev package` does the one, runs scenarios, and does the
# other. A compiler cache would miss the notes.
set(SOJOURN_PROFILE "" CACHE STRING "generate, use, or nothing")
if(SOJOURN_PROFILE AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  message(FATAL_ERROR "SOJOURN_PROFILE is for g++")
endif()
if(SOJOURN_PROFILE)
  foreach(library sojourn_sim sojourn_models)
    set_target_properties(${library} PROPERTIES CXX_COMPILER_LAUNCHER "")
    target_compile_options(${library} PRIVATE -fprofile-${SOJOURN_PROFILE} -fprofile-update=atomic)
  endforeach()
  if(SOJOURN_PROFILE STREQUAL "use")
    # What was never run is compiled as without notes, not for size.
    target_compile_options(sojourn_sim PRIVATE -fprofile-partial-training -Wno-missing-profile)
    target_compile_options(sojourn_models PRIVATE -fprofile-partial-training -Wno-missing-profile)
  else()
    target_link_options(sojourn_models INTERFACE -fprofile-generate)
  endif()
endif()
