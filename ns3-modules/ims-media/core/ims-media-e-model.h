// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The E-model: from delay, loss and codec to a rating R and a mean opinion score.
///
/// Narrowband after ITU-T G.107, all terms, with its default values. Wideband after G.107.1 with default values for all
/// that is not a codec, loss or delay: R = 129 - Idd - Ie,eff,wb + A; its talker and listener echo terms are left out.
/// The mean opinion scores of the two lie on one scale (G.107.1 divides R by 1.29); ratings do not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace imsfw::rtp
{

/// The parameters of G.107, table 1, with its default values; levels and losses in dB and related units, times in ms.
/// A connection without an echo path has t = tr = 0; an ordinary one with hybrid or acoustic echo t = ta, tr = 2 ta.
struct EModelParameters
{
    double slr{8};    ///< send loudness rating
    double rlr{2};    ///< receive loudness rating
    double stmr{15};  ///< sidetone masking rating
    double ds{3};     ///< D-value of the telephone, send side
    double dr{3};     ///< D-value of the telephone, receive side
    double telr{65};  ///< talker echo loudness rating
    double wepl{110}; ///< weighted echo path loss
    double ta{0};     ///< absolute one-way delay
    double t{0};      ///< mean one-way delay of the echo path
    double tr{0};     ///< round-trip delay in a 4-wire loop
    double qdu{1};    ///< quantisation distortion units
    double nc{-70};   ///< circuit noise, dBm0p
    double nfor{-64}; ///< noise floor at the receive side, dBmp
    double ps{35};    ///< room noise at the send side, dB(A)
    double pr{35};    ///< room noise at the receive side, dB(A)
    double ie{0};     ///< equipment impairment factor
    double bpl{25.1}; ///< packet-loss robustness
    double ppl{0};    ///< packet loss, percent
    double burstR{1}; ///< burst ratio; 1 is random loss
    double advantage{0};
};

/// The codec, loss and delay of a wideband connection; the units are those of EModelParameters.
struct WidebandParameters
{
    double ta{0};
    double ie{0}; ///< Ie,wb
    double bpl{4.3};
    double ppl{0};
    double burstR{1};
    double advantage{0};
};

/// @return R of G.107 (7-1); 93.2 with the default values.
double RateNarrowband(const EModelParameters& parameters);

/// @return R of G.107.1 (7-1); 129 with the default values.
double RateWideband(const WidebandParameters& parameters);

/// @return the delay impairment Idd of @p ta ms (G.107 7-27, 7-28).
double DelayImpairment(double ta);

/// @return Ie,eff (G.107 7-29; G.107.1 7-15 has the same form and the same 95).
double EffectiveEquipmentImpairment(double ie, double bpl, double ppl, double burstR);

/// @return the MOS, 1 to 4.5, of a narrowband @p rating (G.107 Annex B). That cubic dips below 1 for ratings from 0 to
/// 6.5; here it stays at 1.
double MosNarrowband(double rating);

/// @return the MOS of a wideband @p rating (G.107.1: of R / 1.29).
double MosWideband(double rating);

/// What a codec costs, on the scale that it is published for.
struct CodecImpairment
{
    enum class Scale
    {
        NARROWBAND,
        WIDEBAND,
    };

    std::string codec;
    Scale scale;
    double ie;
    double bpl;
};

/// @return the codecs that figures are known of. EVS and Opus are not among them: what is published of them is on the
/// fullband scale (G.113 Appendix V) or not from the ITU.
const std::vector<CodecImpairment>& AllCodecImpairments();

/// @return nullptr where no figures of @p codec are known.
const CodecImpairment* FindCodecImpairment(std::string_view codec);

} // namespace imsfw::rtp
