// SPDX-License-Identifier: GPL-2.0-only
#include "ims-media-e-model.h"

#include <algorithm>
#include <cmath>

namespace imsfw::rtp
{

namespace
{

/// The basic signal-to-noise ratio and what later terms need of it (G.107 7.1).
struct Noise
{
    double no; ///< power of all noise, dBm0p
    double ro;
};

double
Power(double level)
{
    return std::pow(10, level / 10);
}

Noise
SumNoise(const EModelParameters& p)
{
    const double olr = p.slr + p.rlr;
    // (7-5): room noise at the send side
    const double nos = p.ps - p.slr - p.ds - 100 + 0.004 * std::pow(p.ps - olr - p.ds - 14, 2);
    // (7-6), (7-7): room noise at the receive side, and by the sidetone
    const double lstr = p.stmr + p.dr;
    const double pre = p.pr + 10 * std::log10(1 + Power(10 - lstr));
    const double nor = p.rlr - 121 + pre + 0.008 * std::pow(pre - 35, 2);
    const double nfo = p.nfor + p.rlr;                                                     // (7-8)
    const double no = 10 * std::log10(Power(p.nc) + Power(nos) + Power(nor) + Power(nfo)); // (7-4)
    return {no, 15 - 1.5 * (p.slr + no)};                                                  // (7-3)
}

/// G.107 7.2: impairments that occur with the voice itself.
double
SimultaneousImpairment(const EModelParameters& p, const Noise& noise)
{
    // (7-10), (7-11): too loud
    const double xolr = p.slr + p.rlr + 0.2 * (64 + noise.no - p.rlr);
    const double iolr = 20 * (std::pow(1 + std::pow(xolr / 8, 8), 1.0 / 8) - xolr / 8);
    // (7-12), (7-13): sidetone
    const double stmro = -10 * std::log10(Power(-p.stmr) + std::exp(-p.t / 4) * Power(-p.telr));
    const double ist = 12 * std::pow(1 + std::pow((stmro - 13) / 6, 8), 1.0 / 8) -
                       28 * std::pow(1 + std::pow((stmro + 1) / 19.4, 35), 1.0 / 35) -
                       13 * std::pow(1 + std::pow((stmro - 3) / 33, 13), 1.0 / 13) + 29;
    // (7-14) to (7-18): quantisation
    const double q = 37 - 15 * std::log10(p.qdu);
    const double g = 1.07 + 0.258 * q + 0.0602 * q * q;
    const double y = (noise.ro - 100) / 15 + 46 / 8.4 - g / 9;
    const double z = 46.0 / 30 - g / 40;
    const double iq = 15 * std::log10(1 + std::pow(10, y) + std::pow(10, z));
    return iolr + ist + iq;
}

/// G.107 (7-20) to (7-23): echo of the talker's voice.
double
TalkerEchoImpairment(const EModelParameters& p, const Noise& noise)
{
    const double terv =
        p.telr - 40 * std::log10((1 + p.t / 10) / (1 + p.t / 150)) + 6 * std::exp(-0.3 * p.t * p.t);
    const double re = 80 + 2.5 * (terv - 14);
    const double roe = -1.5 * (noise.no - p.rlr);
    const double half = (roe - re) / 2;
    return (half + std::sqrt(half * half + 100) - 1) * (1 - std::exp(-p.t));
}

/// G.107 (7-25), (7-26): echo at the listener.
double
ListenerEchoImpairment(const EModelParameters& p, const Noise& noise)
{
    const double rle = 10.5 * (p.wepl + 7) * std::pow(p.tr + 1, -0.25);
    const double half = (noise.ro - rle) / 2;
    return half + std::sqrt(half * half + 169);
}

} // namespace

double
RateNarrowband(const EModelParameters& parameters)
{
    const Noise noise = SumNoise(parameters);
    const double delay = TalkerEchoImpairment(parameters, noise) +
                         ListenerEchoImpairment(parameters, noise) + DelayImpairment(parameters.ta);
    const double equipment = EffectiveEquipmentImpairment(
        parameters.ie, parameters.bpl, parameters.ppl, parameters.burstR);
    return noise.ro - SimultaneousImpairment(parameters, noise) - delay - equipment +
           parameters.advantage;
}

double
RateWideband(const WidebandParameters& parameters)
{
    constexpr double RO_WITH_DEFAULTS = 129;
    return RO_WITH_DEFAULTS - DelayImpairment(parameters.ta) -
           EffectiveEquipmentImpairment(
               parameters.ie, parameters.bpl, parameters.ppl, parameters.burstR) +
           parameters.advantage;
}

double
DelayImpairment(double ta)
{
    if (ta <= 100)
    {
        return 0;
    }
    const double x = std::log2(ta / 100);
    return 25 * (std::pow(1 + std::pow(x, 6), 1.0 / 6) -
                 3 * std::pow(1 + std::pow(x / 3, 6), 1.0 / 6) + 2);
}

double
EffectiveEquipmentImpairment(double ie, double bpl, double ppl, double burstR)
{
    return ppl <= 0 ? ie : ie + (95 - ie) * ppl / (ppl / burstR + bpl);
}

double
MosNarrowband(double rating)
{
    if (rating <= 0)
    {
        return 1;
    }
    if (rating >= 100)
    {
        return 4.5;
    }
    return std::max(1.0, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}

double
MosWideband(double rating)
{
    return MosNarrowband(rating / 1.29);
}

const std::vector<CodecImpairment>&
AllCodecImpairments()
{
    using Scale = CodecImpairment::Scale;
    static const std::vector<CodecImpairment> CODECS{
        // G.113 Appendix I, G.711 with the packet-loss concealment of its Appendix I.
        {"g711", Scale::NARROWBAND, 0, 25.1},
        {"pcma", Scale::NARROWBAND, 0, 25.1},
        // G.113 Appendix IV, tables IV.3 (diotic listening) and IV.4: the pair that knows of loss.
        {"amr-wb-12.65", Scale::WIDEBAND, 20, 4.3},
        {"amr-wb-23.85", Scale::WIDEBAND, 10, 4.9},
    };
    return CODECS;
}

const CodecImpairment*
FindCodecImpairment(std::string_view codec)
{
    const auto& all = AllCodecImpairments();
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const CodecImpairment& row) { return row.codec == codec; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace imsfw::rtp
