# How every file is compiled.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(ccache ccache)
if(ccache AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ccache})
endif()

set(sojourn_warnings -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees overlapping copies in `"text" + std::string` that cannot be (GCC bug 105651).
  list(APPEND sojourn_warnings -Wno-restrict)
endif()

# A fused multiply-add rounds once where two operations round twice. Whether one is used must not
# depend on the compiler, since the same seed gives the same bytes everywhere.
add_compile_options(-ffp-contract=off)

if(SOJOURN_SANITIZE)
  add_compile_options(-fsanitize=${SOJOURN_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=${SOJOURN_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # With the sanitizers' checks in between, g++ 12 takes members of <regex> for uninitialised.
    list(APPEND sojourn_warnings -Wno-maybe-uninitialized)
  endif()
endif()
