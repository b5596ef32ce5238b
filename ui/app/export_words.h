#pragma once

#include "storage/model/catalogue.h"
#include "storage/package/package.h"
#include "storage/transfer/ledger.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace shiqu::app {

/// What a part of a package is for, in the user's language; the exporter's own words when there
/// are none.
std::string exporter_words(const package::Exporter& exporter);

/// "public", "not graded", in the user's language.
std::string grade_words(model::Grade grade);
/// Keys of PlanCounts::by_review.
std::string review_words(std::string_view review);
/// "train", "validation", "test".
std::string side_words(std::string_view side);
std::string delivery_words(transfer::DeliveryState state);

/// "7.3 MB", "4.0 GB": units of 1000.
std::string size_words(std::uint64_t bytes);

/// Where an offender of `plan` is: "GJ0001", "GJ0001 · page 3".
std::string place_words(const package::PackagePlan& plan, const package::GateFinding& offender);
/// What the gate's own sentence does not say of it; empty: nothing.
std::string offence_words(const package::PackagePlan& plan, const package::GateFinding& offender);

}  // namespace shiqu::app
