// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The request that a ProxyConnection reads. Internal to it.
#pragma once

#include "ims-web-proxy-connection.h"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace imsfw::http
{

namespace beast = boost::beast::http;

inline constexpr std::uint32_t MAX_REQUEST_HEADER = 16384;

struct ProxyConnection::Request
{
    Request()
    {
        parser.header_limit(MAX_REQUEST_HEADER);
    }

    beast::request_parser<beast::empty_body> parser;
};

} // namespace imsfw::http
