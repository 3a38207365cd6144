# SPDX-License-Identifier: Apache-2.0
#
# One static library per folder of src/. A folder sees only the folders it may include: its include path
# is a directory of links to just those, so a wrong include does not compile.

set(FLOORS "" CACHE INTERNAL "")

# floor(NAME MAY folder... LIBS target...)
function(floor name)
	cmake_parse_arguments(F "" "" "MAY;LIBS" ${ARGN})
	set(view ${CMAKE_BINARY_DIR}/include/${name})
	file(MAKE_DIRECTORY ${view})
	foreach(folder IN LISTS F_MAY ITEMS ${name})
		file(CREATE_LINK ${CMAKE_SOURCE_DIR}/src/${folder} ${view}/${folder} SYMBOLIC)
	endforeach()
	file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.c)
	list(REMOVE_ITEM sources ${CMAKE_SOURCE_DIR}/src/cli/main.c)
	if(NOT sources)
		set(empty ${CMAKE_BINARY_DIR}/empty.c)
		file(WRITE ${empty} "typedef int nothing_here;\n")
		set(sources ${empty})
	endif()
	add_library(wc_${name} STATIC ${sources})
	target_include_directories(wc_${name} PRIVATE ${view})
	target_link_libraries(wc_${name} PRIVATE ${F_LIBS})
	set_property(TARGET wc_${name} PROPERTY FLOOR_MAY "${F_MAY}")
	foreach(folder IN LISTS F_MAY)
		target_link_libraries(wc_${name} PRIVATE wc_${folder})
	endforeach()
	set(FLOORS ${FLOORS} ${name} CACHE INTERNAL "")
endfunction()

# floor_link(TARGET NAME): an executable that stands on floor NAME and may include what that floor may
function(floor_link target name)
	target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/include/${name})
	target_link_libraries(${target} PRIVATE wc_${name})
endfunction()
