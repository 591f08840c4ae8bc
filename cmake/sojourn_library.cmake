# sojourn_library(FOLDER LINKED...) makes the target sojourn_NAME, NAME being the last part of FOLDER,
# of all sources below FOLDER that are in no library yet: inner folders come before outer ones.
# Only the root of the tree is on the include path, so every include names its folder.
function(sojourn_library folder)
  get_filename_component(name ${folder} NAME)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  get_property(taken GLOBAL PROPERTY sojourn_sources)
  if(taken)
    list(REMOVE_ITEM sources ${taken})
  endif()
  set_property(GLOBAL APPEND PROPERTY sojourn_sources ${sources})
  add_library(sojourn_${name} STATIC ${sources})
  target_include_directories(sojourn_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(sojourn_${name} PUBLIC ${ARGN})
  target_compile_options(sojourn_${name} PRIVATE ${sojourn_warnings})
endfunction()
