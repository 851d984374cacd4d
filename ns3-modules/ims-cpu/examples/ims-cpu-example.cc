// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// Five clients ask a server with two cores for a signature at the same instant: when does each get it?
#include "ims-cpu-processor.h"

#include "ns3/simulator.h"

#include <iostream>
#include <memory>
#include <vector>

int
main()
{
    using namespace ns3;
    imsfw::cpu::CostTable table;
    table.cores = 2;
    table.operations["sign/rsa-2048"] = {600000, 0};
    const auto node = CreateObject<Node>();
    const auto processor = imscpu::Processor::Install(node, table);

    std::vector<std::unique_ptr<imscpu::Lane>> lanes;
    for (int client = 1; client <= 5; ++client)
    {
        lanes.push_back(std::make_unique<imscpu::Lane>());
        lanes.back()->SetProcessor(processor);
        lanes.back()->Do({{"sign/rsa-2048"}},
                         [client]
                         {
                             std::cout << "client " << client << " is answered at "
                                       << Simulator::Now().As(Time::US) << "\n";
                         });
    }
    Simulator::Run();
    const auto& account = processor->GetCpu().GetAccount();
    std::cout << account.jobs << " jobs, " << imsfw::ToMilliseconds(account.busy)
              << " ms of computing, " << imsfw::ToMilliseconds(account.waited)
              << " ms of waiting\n";
    lanes.clear();
    Simulator::Destroy();
    return 0;
}
