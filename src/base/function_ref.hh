// SPDX-License-Identifier: ISC
#pragma once
#include <concepts>
#include <type_traits>

namespace stoker {

// Refers to a function object of whatever type, which is lent, or to none.
template <typename Signature>
class FunctionRef;

template <typename Result, typename... Arguments>
class FunctionRef<Result(Arguments...)> {
 public:
  FunctionRef() = default;
  template <typename Function>
  requires(std::is_object_v<Function> && !std::same_as<Function, FunctionRef> &&
           std::is_invocable_r_v<Result, const Function&, Arguments...>)
      FunctionRef(const Function& function)
      : object_(&function), call_([](const void* object, Arguments... arguments) -> Result {
          return (*static_cast<const Function*>(object))(arguments...);
        }) {}

  explicit operator bool() const { return call_ != nullptr; }
  Result operator()(Arguments... arguments) const { return call_(object_, arguments...); }

 private:
  const void* object_ = nullptr;
  Result (*call_)(const void* object, Arguments... arguments) = nullptr;
};

}  // namespace stoker
