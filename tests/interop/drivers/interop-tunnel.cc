// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The CONNECT client and the TLS client cores on a real socket: `interop-tunnel target=IP:PORT [tls=yes] ...`, with the
/// keys of MakeClientLayers.
///
/// Lines of standard input go to the target; its lines come out behind "< ". Prints "open", "tls ..." and "end ..." too.
#include "base/text.h"
#include "driver-options.h"
#include "driver-socket.h"

#include <cstdio>

int
main(int argc, char** argv)
{
    using namespace imsfw;
    using namespace imsfw::driver;
    std::set<std::string> keys = ClientLayerKeys();
    keys.insert({"target", "tls"});
    const Options options(argc, argv, keys);
    const Endpoint target = options.At("target");
    SystemRandom random;
    Loop loop;
    auto made = MakeClientLayers(options, target, options.Has("tls"), random);
    Stream::Handlers handlers;
    handlers.onOpen = [&made]
    {
        std::printf("open\n");
        if (made.tls != nullptr)
        {
            PrintTls(made.tls->GetInfo());
        }
    };
    handlers.onData = [](ByteView bytes)
    {
        for (const std::string_view line : Split(Trim(bytes.AsText()), '\n'))
        {
            std::printf("< %s\n", std::string(Trim(line)).c_str());
        }
    };
    handlers.onEnd = [](const auto& failure) { PrintEnd(failure); };
    const Endpoint first = options.Has("web-proxy") ? options.At("web-proxy") : target;
    Stream stream(loop, OpenConnection(first), std::move(made.layers), std::move(handlers));
    loop.ReadLines(
        [&stream](const std::string& line)
        {
            if (line == "close")
            {
                return stream.Close();
            }
            const std::string text = line + "\n";
            stream.Send(ByteView(text));
        });
    loop.Run();
    return 0;
}
