# The scenario of `sojourn demo` is compiled into the program: the file itself, as one string.
set(demo_scenario_file ${PROJECT_SOURCE_DIR}/scenarios/checkout.yaml)
file(READ ${demo_scenario_file} demo_scenario)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${demo_scenario_file})
configure_file(cmake/demo_scenario.cpp.in ${PROJECT_BINARY_DIR}/generated/demo_scenario.cpp @ONLY)
target_sources(sojourn_app PRIVATE ${PROJECT_BINARY_DIR}/generated/demo_scenario.cpp)
