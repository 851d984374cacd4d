// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// What an experiment says of video (media.video).
#pragma once

#include <string>

namespace imsfw::scenario
{

struct VideoSettings
{
    bool enabled{false};            ///< a second stream beside the voice, on its transport
    std::string bitRate{"384kbps"}; ///< of coded video
    double frameRate{25};           ///< frames/s
    unsigned keyInterval{50};       ///< frames from one key frame to the next
    double keyRatio{6};             ///< size of a key frame over that of another
    double variation{0.2};          ///< of frames' sizes around their means
    unsigned packetSize{1200};      ///< bytes behind the RTP header, at most
    unsigned payloadType{102};      ///< RTP's
    bool keyFrameRequests{true};    ///< who loses a picture asks for a key frame
};

} // namespace imsfw::scenario
