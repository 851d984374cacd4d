// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// The parts that the extension module is made of, one function for each topic.
#pragma once

#include <pybind11/pybind11.h>

namespace imsfw::python
{

/// Experiment: load, check, write out.
void BindExperiment(pybind11::module_& module);
/// Why a run failed, and what would have let it pass.
void BindExplain(pybind11::module_& module);
/// The message sequence of a run.
void BindLadder(pybind11::module_& module);
/// Policies: load and look at.
void BindPolicy(pybind11::module_& module);
/// Running an experiment, and what it runs on.
void BindRun(pybind11::module_& module);

} // namespace imsfw::python
