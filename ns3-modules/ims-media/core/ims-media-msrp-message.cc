// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Writing MSRP messages.
#include "ims-media-msrp-message.h"

#include "base/text.h"

namespace imsfw::msrp
{

namespace
{

std::string
StartLine(const Message& message)
{
    std::string line = "MSRP " + message.transactionId + " ";
    if (message.IsRequest())
    {
        line += message.method;
    }
    else
    {
        line += std::to_string(message.code);
        line += message.comment.empty() ? "" : " " + message.comment;
    }
    return line + "\r\n";
}

std::string
ReportHeaders(const Message& message)
{
    std::string text;
    text += message.successReport ? "Success-Report: yes\r\n" : "";
    switch (message.failureReport)
    {
    case FailureReport::YES:
        break; // RFC 4975 7.1.2: the default
    case FailureReport::NO:
        text += "Failure-Report: no\r\n";
        break;
    case FailureReport::PARTIAL:
        text += "Failure-Report: partial\r\n";
        break;
    }
    if (message.status)
    {
        text += "Status: 000 " + std::to_string(message.status->code);
        text += message.status->comment.empty() ? "" : " " + message.status->comment;
        text += "\r\n";
    }
    return text;
}

} // namespace

std::string
ByteRange::ToString() const
{
    return std::to_string(start) + "-" + (end ? std::to_string(*end) : "*") + "/" +
           (total ? std::to_string(*total) : "*");
}

Bytes
WriteMessage(const Message& message)
{
    std::string head = StartLine(message);
    head += "To-Path: " + ToString(message.toPath) + "\r\n";
    head += "From-Path: " + ToString(message.fromPath) + "\r\n";
    head += message.messageId.empty() ? "" : "Message-ID: " + message.messageId + "\r\n";
    head += message.byteRange ? "Byte-Range: " + message.byteRange->ToString() + "\r\n" : "";
    head += ReportHeaders(message);
    for (const auto& [name, value] : message.otherHeaders)
    {
        head += name + ": " + value + "\r\n";
    }
    if (!message.contentType.empty())
    {
        head += "Content-Type: " + message.contentType + "\r\n\r\n";
    }
    ByteWriter writer;
    writer.Put(ByteView(head));
    writer.Put(message.body);
    std::string end = message.contentType.empty() ? "" : "\r\n";
    end += "-------" + message.transactionId;
    end += static_cast<char>(message.flag);
    writer.Put(ByteView(end + "\r\n"));
    return writer.Finish();
}

Message
MakeResponse(const Message& request, uint16_t code, const std::string& comment)
{
    Message response;
    response.transactionId = request.transactionId;
    response.code = code;
    response.comment = comment;
    // RFC 4975 7.2: To-Path is the first URI of the request's From-Path, From-Path the first of its To-Path.
    response.toPath = {request.fromPath.front()};
    response.fromPath = {request.toPath.front()};
    return response;
}

} // namespace imsfw::msrp
