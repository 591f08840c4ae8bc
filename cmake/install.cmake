# What `cmake --install` and the package hold: the program, its scenarios, its schema, its docs.
include(GNUInstallDirs)

install(TARGETS sojourn RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY scenarios/ DESTINATION ${CMAKE_INSTALL_DATADIR}/sojourn/scenarios
        FILES_MATCHING PATTERN "*.yaml" PATTERN "*.csv")
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

# The program writes the schema itself, so the two never disagree.
set(schema_file ${PROJECT_BINARY_DIR}/sojourn.schema.json)
add_custom_command(
  OUTPUT ${schema_file}
  COMMAND sojourn schema > ${schema_file}
  DEPENDS sojourn
  COMMENT "Writing the schema of scenario files"
  VERBATIM)
add_custom_target(schema ALL DEPENDS ${schema_file})
install(FILES ${schema_file} DESTINATION ${CMAKE_INSTALL_DATADIR}/sojourn)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "Sojourn maintainers <maintainers@sojourn.example>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
