// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Whole messages for parser tests, and requests for machine tests.
#pragma once

#include "base/time.h"
#include "ims-sip-message.h"

#include <string>

namespace imsfw::sip::test
{

inline const std::string REGISTER_SAMPLE =
    "REGISTER sip:ims.test SIP/2.0\r\n"
    "Via: SIP/2.0/TLS 10.0.0.2:50001;branch=z9hG4bKabc123;rport;keep\r\n"
    "Max-Forwards: 70\r\n"
    "From: <sip:alice@ims.test>;tag=1928\r\n"
    "To: <sip:alice@ims.test>\r\n"
    "Call-ID: a84b4c76e66710@10.0.0.2\r\n"
    "CSeq: 1 REGISTER\r\n"
    "Contact: "
    "<sip:alice@10.0.0.2:50001;transport=tls>;+sip.instance=\"<urn:gsma:imei:35145120-840121-0>\";"
    "reg-id=1;"
    "expires=600000\r\n"
    "Authorization: Digest username=\"alice@ims.test\", realm=\"ims.test\", nonce=\"\", "
    "uri=\"sip:ims.test\", "
    "response=\"\"\r\n"
    "Supported: path, gruu, outbound\r\n"
    "P-Access-Network-Info: IEEE-802.11;i-wlan-node-id=00aabbccddee\r\n"
    "Content-Length: 0\r\n"
    "\r\n";

inline const std::string SDP_SAMPLE = "v=0\r\n"
                                      "o=- 1 2 IN IP4 10.0.0.2\r\n"
                                      "s=-\r\n"
                                      "c=IN IP4 10.0.0.2\r\n"
                                      "t=0 0\r\n"
                                      "m=audio 4000 RTP/AVP 104 8\r\n"
                                      "a=rtpmap:104 AMR-WB/16000\r\n"
                                      "a=fmtp:104 max-red=0\r\n"
                                      "a=rtpmap:8 PCMA/8000\r\n"
                                      "a=ptime:20\r\n"
                                      "a=sendrecv\r\n";

inline const std::string INVITE_SAMPLE =
    "INVITE sip:callee@example.org SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bKproxy, SIP/2.0/UDP "
    "10.0.0.2;branch=z9hG4bKue;received=192.0.2.1\r\n"
    "Record-Route: <sip:token@203.0.113.5;lr>\r\n"
    "Route: <sip:one@192.0.2.7;lr>,<sip:two@192.0.2.8;lr>\r\n"
    "Max-Forwards: 69\r\n"
    "f: \"Alice, the first\" <sip:alice@ims.test>;tag=88\r\n"
    "t: <sip:callee@example.org>\r\n"
    "i: call-1@10.0.0.2\r\n"
    "CSeq: 7 INVITE\r\n"
    "m: <sip:alice@10.0.0.2:5060>\r\n"
    "Subject: one\r\n"
    "  folded line\r\n"
    "c: application/sdp\r\n"
    "l: " +
    std::to_string(SDP_SAMPLE.size()) + "\r\n\r\n" + SDP_SAMPLE;

inline const std::string OK_SAMPLE =
    "SIP/2.0 200 OK\r\n"
    "Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKue;rport=6000;received=192.0.2.1\r\n"
    "Record-Route: <sip:token@203.0.113.5;lr>\r\n"
    "From: <sip:alice@ims.test>;tag=88\r\n"
    "To: <sip:callee@example.org>;tag=99\r\n"
    "Call-ID: call-1@10.0.0.2\r\n"
    "CSeq: 7 INVITE\r\n"
    "Contact: <sip:callee@198.51.100.7:5060>\r\n"
    "Content-Type: application/sdp\r\n"
    "Content-Length: " +
    std::to_string(SDP_SAMPLE.size()) + "\r\n\r\n" + SDP_SAMPLE;

inline SipMessage
MakeRequest(const std::string& method, const std::string& branch = "z9hG4bK1")
{
    SipMessage request = SipMessage::Request(method, "sip:callee@example.org");
    request.Add("Via", "SIP/2.0/UDP 10.0.0.2:5060;rport;branch=" + branch);
    request.Add("Max-Forwards", "70");
    request.Add("From", "<sip:alice@ims.test>;tag=88");
    request.Add("To", "<sip:callee@example.org>");
    request.Add("Call-ID", "call-1");
    request.Add("CSeq", "1 " + method);
    request.Add("Contact", "<sip:alice@10.0.0.2:5060>");
    return request;
}

inline SipMessage
MakeResponse(const SipMessage& request, int status, const std::string& tag = "99")
{
    SipMessage response = SipMessage::Response(request, status, tag);
    response.Add("Contact", "<sip:callee@198.51.100.7:5060>");
    return response;
}

} // namespace imsfw::sip::test
