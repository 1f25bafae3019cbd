# Finds hiredis: hiredis::hiredis, and hiredis::ssl where the installed version has TLS (Debian 12's
# 0.14.1 has not). Hiredis_ROOT (an installation prefix) comes before the system's directories.
find_path(Hiredis_INCLUDE_DIR hiredis/hiredis.h)
find_library(Hiredis_LIBRARY hiredis)
find_library(Hiredis_SSL_LIBRARY hiredis_ssl)
mark_as_advanced(Hiredis_INCLUDE_DIR Hiredis_LIBRARY Hiredis_SSL_LIBRARY)

if(Hiredis_INCLUDE_DIR)
  file(STRINGS ${Hiredis_INCLUDE_DIR}/hiredis/hiredis.h lines
       REGEX "#define HIREDIS_(MAJOR|MINOR|PATCH) +[0-9]+")
  string(REGEX MATCHALL "[0-9]+" numbers "${lines}")
  list(JOIN numbers "." Hiredis_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Hiredis REQUIRED_VARS Hiredis_LIBRARY Hiredis_INCLUDE_DIR
                                  VERSION_VAR Hiredis_VERSION)

if(Hiredis_FOUND AND NOT TARGET hiredis::hiredis)
  add_library(hiredis::hiredis UNKNOWN IMPORTED)
  set_target_properties(hiredis::hiredis PROPERTIES
    IMPORTED_LOCATION ${Hiredis_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${Hiredis_INCLUDE_DIR})
endif()

if(Hiredis_FOUND AND Hiredis_SSL_LIBRARY AND NOT TARGET hiredis::ssl
   AND EXISTS ${Hiredis_INCLUDE_DIR}/hiredis/hiredis_ssl.h)
  find_package(OpenSSL REQUIRED)
  add_library(hiredis::ssl UNKNOWN IMPORTED)
  set_target_properties(hiredis::ssl PROPERTIES
    IMPORTED_LOCATION ${Hiredis_SSL_LIBRARY}
    INTERFACE_COMPILE_DEFINITIONS ATRIUM_REDIS_TLS
    INTERFACE_LINK_LIBRARIES "hiredis::hiredis;OpenSSL::SSL")
endif()
