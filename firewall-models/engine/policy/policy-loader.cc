// SPDX-License-Identifier: GPL-2.0-only
#include "engine/policy/policy-loader.h"

#include "base/text.h"
#include "engine/policy/policy-layer.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace imsfw::engine
{

namespace
{

using config::Diagnostics;
using config::Document;
using YAML::Node;

constexpr std::size_t MOST_BASES = 32;

std::vector<std::string>
KnownPolicies(const std::string& directory)
{
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
         it.increment(error))
    {
        if (it->path().extension() == ".yaml")
        {
            names.push_back(it->path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

class Loader
{
  public:
    explicit Loader(std::string directory) : m_directory(std::move(directory))
    {
    }

    Result<Policy, Diagnostics>
    Load(const std::string& idOrPath)
    {
        std::ifstream stream(m_directory + "/policy.schema.json", std::ios::binary);
        std::ostringstream schema;
        if (!stream || !(schema << stream.rdbuf()))
        {
            return Failure{Diagnostics{
                {m_directory + "/policy.schema.json", 0, 0, "", "the schema cannot be read"}}};
        }
        m_schema = schema.str();
        if (!IsPolicyPath(idOrPath) && !Exists(idOrPath))
        {
            return Failure{Diagnostics{{m_directory, 0, 0, "", Unknown(idOrPath)}}};
        }
        return LoadOne(IsPolicyPath(idOrPath) ? idOrPath : PathOf(idOrPath));
    }

  private:
    std::string
    PathOf(const std::string& id) const
    {
        return m_directory + "/" + id + ".yaml";
    }

    bool
    Exists(const std::string& id) const
    {
        std::error_code error;
        return std::filesystem::exists(PathOf(id), error);
    }

    std::string
    Unknown(const std::string& id) const
    {
        const auto known = KnownPolicies(m_directory);
        const std::string near = DidYouMean(id, known);
        return "there is no policy \"" + id + "\"" +
               (near.empty() ? "; known are " + Join(known, ", ") : near);
    }

    Result<Policy, Diagnostics>
    LoadOne(const std::string& path)
    {
        const auto document = config::LoadFile(path, m_schema);
        if (!document)
        {
            return Failure{document.Error()};
        }
        Policy policy;
        if (const Node base = document->root["extends"])
        {
            auto loaded = LoadNamed(*document, base, "extends");
            if (!loaded)
            {
                return loaded;
            }
            policy = *loaded;
        }
        if (const Node nat = document->root["nat_of"])
        {
            const auto loaded = LoadNamed(*document, nat, "nat_of");
            if (!loaded)
            {
                return loaded;
            }
            policy.nat = loaded->nat;
        }
        if (const Node behind = document->root["behind"])
        {
            auto loaded = LoadNamed(*document, behind, "behind");
            if (!loaded)
            {
                return loaded;
            }
            policy.outer = std::make_shared<const Policy>(std::move(*loaded));
        }
        Diagnostics diagnostics = ApplyLayer(*document, policy);
        if (const Node behind = document->root["behind"])
        {
            policy.behind = IsPolicyPath(behind.Scalar()) ? PathFrom(*document, behind.Scalar())
                                                          : behind.Scalar();
        }
        if (!diagnostics.empty())
        {
            return Failure{std::move(diagnostics)};
        }
        return policy;
    }

    /// @return what a file calls another policy, as a path: one of the directory, or a file beside it.
    std::string
    PathFrom(const Document& document, const std::string& name) const
    {
        const auto beside = std::filesystem::path(document.file).parent_path() / name;
        return IsPolicyPath(name) ? beside.lexically_normal().string() : PathOf(name);
    }

    Result<Policy, Diagnostics>
    LoadNamed(const Document& document, const Node& name, const std::string& key)
    {
        const std::string id = name.Scalar();
        const std::string path = PathFrom(document, id);
        if (!IsPolicyPath(id) && !Exists(id))
        {
            return Failure{Diagnostics{document.At(name, key, Unknown(id))}};
        }
        if (std::error_code error; !std::filesystem::exists(path, error))
        {
            return Failure{Diagnostics{document.At(name, key, "there is no file " + path)}};
        }
        const bool isNew = std::find(m_open.begin(), m_open.end(), path) == m_open.end();
        if (!isNew || m_open.size() >= MOST_BASES)
        {
            return Failure{Diagnostics{
                document.At(name, key, "\"" + id + "\" extends itself, or too many do")}};
        }
        m_open.push_back(path);
        auto loaded = LoadOne(path);
        m_open.pop_back();
        return loaded;
    }

    std::string m_directory;
    std::string m_schema;
    std::vector<std::string> m_open; ///< policies that are being loaded, one by the other
};

} // namespace

bool
IsPolicyPath(const std::string& idOrPath)
{
    return idOrPath.find('/') != std::string::npos ||
           std::filesystem::path(idOrPath).extension() == ".yaml";
}

Result<Policy, config::Diagnostics>
LoadPolicy(const std::string& idOrPath, const std::string& directory)
{
    return Loader(directory).Load(idOrPath);
}

} // namespace imsfw::engine
