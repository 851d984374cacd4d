// SPDX-License-Identifier: GPL-2.0-only
#include "message-contents.h"

namespace imsfw::scenario
{

namespace
{

msrp::FailureReport
FailureReportOf(const std::string& word)
{
    if (word == "no")
    {
        return msrp::FailureReport::NO;
    }
    return word == "partial" ? msrp::FailureReport::PARTIAL : msrp::FailureReport::YES;
}

/// @return @p text, cut or repeated to @p size bytes.
Bytes
Filled(const std::string& text, std::size_t size)
{
    Bytes filled(size);
    for (std::size_t i = 0; i < size; ++i)
    {
        filled[i] = static_cast<uint8_t>(text[i % text.size()]);
    }
    return filled;
}

/// Every byte value, in an order that no cut or repeated chunk would leave as it is.
Bytes
MakeFile(std::size_t size)
{
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i)
    {
        bytes[i] = static_cast<uint8_t>((i * 167 + i / 256) & 0xff);
    }
    return bytes;
}

} // namespace

std::vector<msrp::Content>
MessageContents(const Experiment& experiment, const std::string& writer)
{
    const auto& messages = experiment.messages;
    std::vector<msrp::Content> contents;
    const auto add = [&](const char* type, Bytes body)
    {
        contents.push_back({type,
                            std::move(body),
                            messages.successReports,
                            FailureReportOf(messages.failureReports)});
    };
    for (unsigned i = 1; i <= messages.count; ++i)
    {
        add("text/plain",
            Filled("Message " + std::to_string(i) + " from " + writer + ". ", messages.size));
    }
    if (messages.file > 0)
    {
        add("application/octet-stream", MakeFile(messages.file));
    }
    return contents;
}

} // namespace imsfw::scenario
