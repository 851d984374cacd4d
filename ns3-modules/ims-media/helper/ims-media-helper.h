// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Installs talking parties on nodes, and connects them by plain UDP where no media path of its own is under study.
#ifndef IMS_MEDIA_HELPER_H
#define IMS_MEDIA_HELPER_H

#include "ims-media-video-application.h"
#include "ims-media-voice-application.h"

#include "ns3/attribute.h"
#include "ns3/inet-socket-address.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"

#include <string>

namespace ns3
{
namespace imsmedia
{

/// Makes parties. Set attributes first, then install on as many nodes as wanted.
class VoiceHelper
{
  public:
    VoiceHelper();

    void SetAttribute(const std::string& name, const AttributeValue& value);

    /// @param stream the name of the party's random stream; parties of one name send equal numbers
    Ptr<VoiceApplication> Install(Ptr<Node> node, const std::string& stream) const;

    /// Connect two installed parties by a UDP socket each, and let each one's origin date the other's packets. Nobody
    /// talks before StartTalking. A packet that the socket refuses is lost, as in the network.
    static void ConnectByUdp(Ptr<VoiceApplication> a,
                             const InetSocketAddress& addressOfA,
                             Ptr<VoiceApplication> b,
                             const InetSocketAddress& addressOfB);

  private:
    ObjectFactory m_factory;
};

/// Makes video streams, as VoiceHelper makes voice.
class VideoHelper
{
  public:
    VideoHelper();

    void SetAttribute(const std::string& name, const AttributeValue& value);

    /// @param stream the name of the random stream
    Ptr<VideoApplication> Install(Ptr<Node> node, const std::string& stream) const;

    /// As VoiceHelper::ConnectByUdp; on ports of its own.
    static void ConnectByUdp(Ptr<VideoApplication> a,
                             const InetSocketAddress& addressOfA,
                             Ptr<VideoApplication> b,
                             const InetSocketAddress& addressOfB);

  private:
    ObjectFactory m_factory;
};

} // namespace imsmedia
} // namespace ns3

#endif // IMS_MEDIA_HELPER_H
