# SPDX-License-Identifier: Apache-2.0
#
# Where things go. Programs and documents follow the prefix (/usr unless told otherwise); configuration goes
# to /etc whatever the prefix, because that is where auditd and systemd look for it. DESTDIR works for all.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
	set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "Installation prefix" FORCE)
endif()

# An administrator's file stays: ours is then put beside it as NAME.new.
function(install_config file directory mode)
	get_filename_component(name ${file} NAME)
	install(CODE "
		set(to \"\$ENV{DESTDIR}${directory}\")
		set(name ${name})
		if(EXISTS \"\${to}/\${name}\")
			file(SHA256 \"\${to}/\${name}\" theirs)
			file(SHA256 \"${CMAKE_SOURCE_DIR}/${file}\" ours)
			if(NOT theirs STREQUAL ours)
				set(name ${name}.new)
			endif()
		endif()
		file(MAKE_DIRECTORY \"\${to}\")
		configure_file(\"${CMAKE_SOURCE_DIR}/${file}\" \"\${to}/\${name}\" COPYONLY)
		file(CHMOD \"\${to}/\${name}\" PERMISSIONS ${mode})
		message(STATUS \"Installing: \${to}/\${name}\")
	")
endfunction()

install_config(conf/watchcap.conf /etc/watchcap "OWNER_READ;OWNER_WRITE;GROUP_READ;WORLD_READ")
install_config(conf/plugins.d/watchcap.conf /etc/audit/plugins.d "OWNER_READ;OWNER_WRITE;GROUP_READ")

# shipped rules are ours to replace: what is local stands in files of its own (70-99)
install(DIRECTORY rules/ DESTINATION /etc/watchcap/rules.d FILES_MATCHING PATTERN "*.ini" PATTERN audit EXCLUDE)
install(DIRECTORY rules/audit/ DESTINATION ${CMAKE_INSTALL_DATADIR}/watchcap/audit FILES_MATCHING PATTERN "*.rules")
install(FILES systemd/watchcap.service DESTINATION /lib/systemd/system)
install(FILES README.md LICENSE CHANGELOG.md docs/architecture.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
