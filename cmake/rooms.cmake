# commons_room(NAME LINK libs...): one library of the sources in this folder, and one test program
# of the *_test.cc beside them. What lies in a folder is its sources: there is no list to forget.
# TESTS_READ_SOURCE: its tests find files of the tree under COMMONS_SOURCE_DIR. Only where needed,
# since a compiler's cache cannot share objects that bear a path.
include(GoogleTest OPTIONAL)

# Every room's tests, without the daemons: what the sanitizers run.
add_custom_target(unit_tests)

set(COMMONS_WARNINGS -Wall -Wextra -Werror)
# Test programs are compiled more often than they run.
if(COMMONS_SANITIZE)
  set(COMMONS_TEST_OPTIONS ${COMMONS_WARNINGS} -O0)
else()
  set(COMMONS_TEST_OPTIONS ${COMMONS_WARNINGS} -O1)
endif()

function(commons_room name)
  cmake_parse_arguments(ARG "TESTS_READ_SOURCE" "" "LINK;TEST_LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|_main|_bench|_fuzz)\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  if(sources)
    add_library(commons_${name} STATIC ${sources})
    set(scope PUBLIC)
    target_compile_options(commons_${name} PRIVATE ${COMMONS_WARNINGS})
  else()
    add_library(commons_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(commons_${name} ${scope} ${CMAKE_SOURCE_DIR})
  target_link_libraries(commons_${name} ${scope} ${ARG_LINK})
  if(COMMONS_TESTS AND tests)
    add_executable(${name}_test ${tests})
    add_dependencies(unit_tests ${name}_test)
    target_compile_options(${name}_test PRIVATE ${COMMONS_TEST_OPTIONS})
    if(ARG_TESTS_READ_SOURCE)
      target_compile_definitions(${name}_test PRIVATE COMMONS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    endif()
    target_link_libraries(${name}_test PRIVATE commons_${name} ${ARG_TEST_LINK}
                          GTest::gmock GTest::gtest_main)
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                         PROPERTIES TIMEOUT 300)
  endif()
endfunction()
