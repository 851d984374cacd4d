cmake_minimum_required(VERSION 3.20)
# Run at every build: writes the commit that is being built into a source file, which changes only when the commit does.
#
#   cmake -DSOURCE=<project> -DTARGET=<file.cc> -P write-commit.cmake
execute_process(
  COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
  OUTPUT_VARIABLE commit
  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
)
if(NOT commit)
  set(commit "unknown")
endif()
file(CONFIGURE OUTPUT ${TARGET} CONTENT "#include \"commit.h\"\n\nconst char* const imsfw::scenario::COMMIT = \"@commit@\";\n"
     @ONLY)
