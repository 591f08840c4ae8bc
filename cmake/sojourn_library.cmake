# sojourn_library(FOLDER LINKED...) makes the target sojourn_FOLDER of all sources below FOLDER.
# Only the root of the tree is on the include path, so every include names its folder.
function(sojourn_library folder)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(sojourn_${folder} STATIC ${sources})
  target_include_directories(sojourn_${folder} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(sojourn_${folder} PUBLIC ${ARGN})
  target_compile_options(sojourn_${folder} PRIVATE ${sojourn_warnings})
endfunction()
