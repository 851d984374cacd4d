// SPDX-License-Identifier: GPL-2.0-only
#include "ims-dns-message.h"

#include "base/text.h"

#include <algorithm>
#include <arpa/nameser.h>
#include <cctype>
#include <limits>

namespace imsfw::dns
{

namespace
{

constexpr uint16_t RESPONSE = 0x8000;            // QR
constexpr uint16_t RECURSION_DESIRED = 0x0100;   // RD
constexpr uint16_t RECURSION_AVAILABLE = 0x0080; // RA
constexpr uint16_t CLASS_IN = 1;
constexpr uint16_t POINTER_TO_QUESTION = 0xc00c; // RFC 1035 4.1.4: the name right after the header

void
WriteName(ByteWriter& writer, std::string_view name)
{
    for (const auto label : Split(name, '.'))
    {
        writer.U8(static_cast<uint8_t>(label.size()));
        writer.Put(ByteView(label));
    }
    writer.U8(0);
}

bool
IsLabel(std::string_view label)
{
    const bool isClean =
        std::all_of(label.begin(),
                    label.end(),
                    [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
    return !label.empty() && label.size() <= 63 && isClean && label.front() != '-' &&
           label.back() != '-';
}

/// @return false where a record runs over the end.
bool
ReadAnswers(ns_msg& handle, Message& message)
{
    message.ttlS = std::numeric_limits<uint32_t>::max();
    for (int i = 0; i < ns_msg_count(handle, ns_s_an); ++i)
    {
        ns_rr record;
        if (ns_parserr(&handle, ns_s_an, i, &record) != 0)
        {
            return false;
        }
        if (ns_rr_type(record) == ns_t_a && ns_rr_class(record) == ns_c_in &&
            ns_rr_rdlen(record) == 4)
        {
            ByteReader reader(ByteView(ns_rr_rdata(record), 4));
            message.addresses.push_back(IpAddress::V4(*reader.U32()));
            message.ttlS = std::min<uint32_t>(message.ttlS, ns_rr_ttl(record));
        }
    }
    message.ttlS = message.addresses.empty() ? 0 : message.ttlS;
    return true;
}

} // namespace

bool
IsName(std::string_view name)
{
    const auto labels = Split(name, '.');
    return name.size() <= 253 && std::all_of(labels.begin(), labels.end(), IsLabel);
}

std::string_view
ToString(MessageError error)
{
    switch (error)
    {
    case MessageError::MALFORMED:
        return "malformed";
    case MessageError::TRUNCATED:
        return "truncated";
    case MessageError::NOT_ONE_QUESTION:
        return "not-one-question";
    }
    return {};
}

Bytes
Message::Write() const
{
    ByteWriter writer;
    writer.U16(id);
    const auto code16 = static_cast<uint16_t>(code);
    writer.U16(static_cast<uint16_t>(RECURSION_DESIRED |
                                     (isResponse ? RESPONSE | RECURSION_AVAILABLE | code16 : 0)));
    writer.U16(1);
    writer.U16(static_cast<uint16_t>(addresses.size()));
    writer.U32(0); // no authority, nothing additional
    WriteName(writer, name);
    writer.U16(type);
    writer.U16(CLASS_IN);
    for (const auto& address : addresses)
    {
        writer.U16(POINTER_TO_QUESTION);
        writer.U16(TYPE_A);
        writer.U16(CLASS_IN);
        writer.U32(ttlS);
        writer.U16(4);
        writer.U32(address.ToV4());
    }
    return writer.Finish();
}

Result<Message, MessageError>
Parse(ByteView bytes)
{
    ns_msg handle;
    if (ns_initparse(bytes.Data(), static_cast<int>(bytes.Size()), &handle) != 0)
    {
        return Failure{MessageError::MALFORMED};
    }
    if (ns_msg_getflag(handle, ns_f_tc) != 0)
    {
        return Failure{MessageError::TRUNCATED};
    }
    ns_rr question;
    if (ns_msg_getflag(handle, ns_f_opcode) != ns_o_query || ns_msg_count(handle, ns_s_qd) != 1 ||
        ns_parserr(&handle, ns_s_qd, 0, &question) != 0 || ns_rr_class(question) != ns_c_in ||
        !IsName(ns_rr_name(question)))
    {
        return Failure{MessageError::NOT_ONE_QUESTION};
    }
    Message message;
    message.id = ns_msg_id(handle);
    message.isResponse = ns_msg_getflag(handle, ns_f_qr) != 0;
    message.code = static_cast<ResponseCode>(ns_msg_getflag(handle, ns_f_rcode));
    message.name = ToLower(ns_rr_name(question));
    message.type = static_cast<uint16_t>(ns_rr_type(question));
    if (!ReadAnswers(handle, message))
    {
        return Failure{MessageError::MALFORMED};
    }
    return message;
}

} // namespace imsfw::dns
