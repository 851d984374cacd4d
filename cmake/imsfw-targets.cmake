# The few target kinds that the project is made of.
#
#   imsfw_core(NAME imsfw-x SOURCES a.cc ... INCLUDE dir ... LINK t ...)     a library that knows nothing of ns-3
#   imsfw_module(NAME ims-x SOURCES model/a.cc ... LINK t ... NS3 core ...)  an ns-3 module: adapters and helpers
#   imsfw_test(NAME x-test SOURCES x-test.cc ... LINK t ... [LABELS l ...] [INCLUDE dir ...])  a GoogleTest program
#   imsfw_fuzz(NAME x LINK t ...)        the fuzz target of x-fuzz.cc: run over corpus/x by ctest, by libFuzzer at will
#   imsfw_bench(NAME x-bench SOURCES x-bench.cc ... LINK t ...)              a Google Benchmark program

# GCC's warnings are errors; what clang alone objects to does not stop a fuzz build. -Wmaybe-uninitialized is left out:
# GCC 12 finds it in its own std::string, std::optional and <regex>, other places at each level of optimisation.
add_library(imsfw-warnings INTERFACE)
target_compile_options(imsfw-warnings INTERFACE -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Woverloaded-virtual
                                                -Wswitch
                                                $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>
                                                $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
                                                $<$<CXX_COMPILER_ID:GNU>:-Werror>)

if(IMSFW_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

option(IMSFW_FUZZ "Build the fuzz targets for libFuzzer (clang; see tests/fuzz/README.md)" OFF)
if(IMSFW_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "IMSFW_FUZZ needs clang++: cmake --preset fuzz")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()

function(imsfw_core)
  cmake_parse_arguments(A "" "NAME" "SOURCES;INCLUDE;LINK" ${ARGN})
  # A core that reached for ns-3 would not link: no ns-3 target is ever passed here.
  foreach(library IN LISTS A_LINK)
    if(library MATCHES "^ns3::")
      message(FATAL_ERROR "${A_NAME}: a protocol core may not link ns-3 (${library})")
    endif()
  endforeach()
  add_library(${A_NAME} STATIC ${A_SOURCES})
  set_target_properties(${A_NAME} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${A_NAME} PUBLIC ${A_INCLUDE})
  target_link_libraries(${A_NAME} PUBLIC ${A_LINK} PRIVATE imsfw-warnings)
endfunction()

function(imsfw_module)
  cmake_parse_arguments(A "" "NAME" "SOURCES;LINK;NS3" ${ARGN})
  if(NOT IMSFW_WITH_NS3)
    return()
  endif()
  list(TRANSFORM A_NS3 PREPEND "ns3::lib" OUTPUT_VARIABLE ns3_targets)
  add_library(${A_NAME} STATIC ${A_SOURCES})
  set_target_properties(${A_NAME} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${A_NAME} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/model ${CMAKE_CURRENT_SOURCE_DIR}/helper)
  target_link_libraries(${A_NAME} PUBLIC ${A_LINK} ${ns3_targets} PRIVATE imsfw-warnings)
endfunction()

function(imsfw_test)
  cmake_parse_arguments(A "" "NAME" "SOURCES;LINK;LABELS;INCLUDE" ${ARGN})
  if(NOT IMSFW_TESTS)
    return()
  endif()
  add_executable(${A_NAME} ${A_SOURCES})
  target_link_libraries(${A_NAME} PRIVATE ${A_LINK} GTest::gtest_main GTest::gmock imsfw-warnings)
  target_include_directories(${A_NAME} PRIVATE ${A_INCLUDE})
  target_compile_definitions(${A_NAME} PRIVATE IMSFW_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  # NO_PRETTY_VALUES: a value that cannot be printed would be named by its raw bytes, other ones in each run.
  gtest_discover_tests(
    ${A_NAME} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${A_NAME}." NO_PRETTY_VALUES PROPERTIES LABELS "${A_LABELS}"
  )
endfunction()

function(imsfw_fuzz)
  cmake_parse_arguments(A "" "NAME" "LINK" ${ARGN})
  set(target ${A_NAME}-fuzz)
  add_executable(${target} ${target}.cc)
  target_link_libraries(${target} PRIVATE ${A_LINK} imsfw-base imsfw-warnings)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/firewall-models)
  target_compile_definitions(${target} PRIVATE IMSFW_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  if(IMSFW_FUZZ)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    return()
  endif()
  target_sources(${target} PRIVATE corpus-driver.cc)
  add_test(NAME fuzz.${A_NAME} COMMAND ${target} ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${A_NAME})
  set_tests_properties(fuzz.${A_NAME} PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()

function(imsfw_bench)
  cmake_parse_arguments(A "" "NAME" "SOURCES;LINK" ${ARGN})
  if(NOT IMSFW_BENCH)
    return()
  endif()
  find_package(benchmark REQUIRED)
  add_executable(${A_NAME} ${A_SOURCES})
  target_link_libraries(${A_NAME} PRIVATE ${A_LINK} benchmark::benchmark imsfw-warnings)
  target_compile_definitions(${A_NAME} PRIVATE IMSFW_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
endfunction()
