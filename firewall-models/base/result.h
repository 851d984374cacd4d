// SPDX-License-Identifier: GPL-2.0-only
/// @file
/// A value or the error that stood in its way (what std::expected is from C++23 on).
#pragma once

#include <utility>
#include <variant>

namespace imsfw
{

/// Wraps an error on its way into a Result, so that value and error may be of one type.
template <typename E>
struct Failure
{
    E error;
};

template <typename E>
Failure(E) -> Failure<E>;

/// Holds either a T or an E; an unread one is a compiler warning, which is an error here.
template <typename T, typename E>
class [[nodiscard]] Result
{
  public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value))
    {
    }

    Result(Failure<E> failure) : m_state(std::in_place_index<1>, std::move(failure.error))
    {
    }

    bool
    IsOk() const
    {
        return m_state.index() == 0;
    }

    explicit operator bool() const
    {
        return IsOk();
    }

    /// @pre IsOk()
    T&
    Value()
    {
        return *std::get_if<0>(&m_state);
    }

    /// @pre IsOk()
    const T&
    Value() const
    {
        return *std::get_if<0>(&m_state);
    }

    T&
    operator*()
    {
        return Value();
    }

    const T&
    operator*() const
    {
        return Value();
    }

    T*
    operator->()
    {
        return &Value();
    }

    const T*
    operator->() const
    {
        return &Value();
    }

    /// @pre !IsOk()
    const E&
    Error() const
    {
        return *std::get_if<1>(&m_state);
    }

  private:
    std::variant<T, E> m_state;
};

} // namespace imsfw
