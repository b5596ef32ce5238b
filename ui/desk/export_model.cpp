#include "ui/desk/export_model.h"

#include "storage/base/file.h"
#include "storage/package/exporter.h"
#include "ui/app/export_jobs.h"
#include "ui/app/i18n.h"
#include "ui/app/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace shiqu::desk {
namespace {

namespace fs = std::filesystem;

constexpr int kItemsAtOnce = 200;
constexpr int kOutbox = 50;
constexpr int kLookedBatches = 8;
constexpr std::size_t kShownBatches = 2;

void flip(std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) {
    names.erase(found);
  } else {
    names.emplace_back(name);
  }
}

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

ExportModel::ExportModel(DeskModel& desk, std::function<void()> wake)
    : desk_(desk), wake_(std::move(wake)) {}

Status ExportModel::more_items() {
  const std::int64_t after = items_.empty() ? 0 : items_.back().number;
  SHIQU_TRY_ASSIGN(std::vector<store::ListedItem> more,
                   desk_.store().list_items(after, kItemsAtOnce));
  items_end_ = more.size() < kItemsAtOnce;
  std::move(more.begin(), more.end(), std::back_inserter(items_));
  return {};
}

bool ExportModel::is_chosen(const std::string& identifier) const {
  return holds(choice_.order.items, identifier);
}

void ExportModel::toggle(const std::string& identifier) {
  flip(choice_.order.items, identifier);
  plan();
}

bool ExportModel::has_exporter(const package::Exporter& exporter) const {
  switch (exporter.inclusion()) {
    case package::Inclusion::Always:
      return true;
    case package::Inclusion::Default:
      return !holds(choice_.order.without, exporter.name());
    case package::Inclusion::OnRequest:
      break;
  }
  return holds(choice_.order.with, exporter.name());
}

void ExportModel::toggle_exporter(const package::Exporter& exporter) {
  if (exporter.inclusion() == package::Inclusion::Default) {
    flip(choice_.order.without, exporter.name());
  } else if (exporter.inclusion() == package::Inclusion::OnRequest) {
    flip(choice_.order.with, exporter.name());
  }
  plan();
}

void ExportModel::toggle_waiver(std::string_view gate) {
  flip(choice_.order.allow, gate);
  plan();
}

void ExportModel::tell(const std::function<void(News&)>& put) {
  {
    const Lock lock(mutex_);
    put(news_);
  }
  wake_();
}

void ExportModel::post(Work work) {
  thread_.post(
      [this, work = std::move(work), folder = desk_.store().folder()](const std::stop_token& stop) {
        if (!store_) {
          auto opened = store::Store::open(folder);
          if (!opened) {
            return tell([&](News& news) { news.outcome = fail(opened.error()); });
          }
          store_ = std::make_unique<store::Store>(std::move(*opened));
        }
        work(*store_, stop);
      });
}

void ExportModel::refresh() {
  std::size_t known = std::max<std::size_t>(items_.size(), 1);
  items_.clear();
  items_end_ = false;
  while (items_.size() < known && !items_end_) {
    if (const Status read = more_items(); !read) {
      outcome_ = read;
      break;
    }
  }
  if (const Status followed = follow_jobs(); !followed) {
    outcome_ = followed;
  }
  read_keys();
  read_outbox();
  plan();
}

void ExportModel::plan() {
  plan_stop_.request_stop();
  plan_stop_ = std::stop_source();
  planning_ = true;
  outdated_ = false;
  const std::uint64_t number = ++plan_number_;
  {
    const Lock lock(mutex_);
    wanted_plan_ = number;
    news_.planned.reset();
  }
  post([this, number, choice = choice_, settings = desk_.settings(),
        given_up = plan_stop_.get_token()](store::Store& store, const std::stop_token& ends) {
    if (given_up.stop_requested()) {
      return;  // a newer one waits behind this one
    }
    std::stop_source stop;  // by either of the two
    const std::stop_callback on_end(ends, [&] { stop.request_stop(); });
    const std::stop_callback on_newer(given_up, [&] { stop.request_stop(); });
    auto made = make_plan(store, settings, choice, stop.get_token());
    tell([&](News& news) {
      if (wanted_plan_ == number) {
        news.planned = std::move(made);
      }
    });
  });
}

void ExportModel::read_keys() {
  post([this](store::Store& store, const std::stop_token&) {
    auto state = read_key_state(store.keys());
    tell([&](News& news) {
      if (state) {
        news.keys = std::move(*state);
      } else {
        news.outcome = fail(state.error());
      }
    });
  });
}

void ExportModel::read_outbox() {
  outbox_of_ = state_of_batches();
  post([this](store::Store& store, const std::stop_token&) {
    auto rows = app::outbox(store, kOutbox);
    tell([&](News& news) {
      if (rows) {
        news.outbox = std::move(*rows);
      } else {
        news.outcome = fail(rows.error());
      }
    });
  });
}

void ExportModel::unlock(const std::string& passphrase) {
  post([this, passphrase](store::Store& store, const std::stop_token&) {
    const auto key = package::load_station_key(store.keys(),
                                               [&]() -> Result<std::string> { return passphrase; });
    if (key) {
      desk_.vault().give(passphrase);
    }
    tell([&](News& news) {
      news.outcome = key ? Status{} : Status(fail(key.error()));
      news.words = _("The signing key is open until the desk ends.");
    });
  });
}

std::string ExportModel::obstacle() const {
  if (!desk_.session()) {
    return _("Log in to write packages.");
  }
  if (choice_.order.items.empty()) {
    return _("Choose an object on the left.");
  }
  if (planning_ || planned_ == std::nullopt) {
    return problem_.empty() ? std::string(_("The plan is being made.")) : problem_;
  }
  if (std::any_of(batches_.begin(), batches_.end(), [](const Batch& batch) {
        return batch.jobs.front().kind == app::kPackageJob && batch.record.counts.left() > 0;
      })) {
    return _("The packages are being written.");
  }
  if (outdated_) {
    return written() ? _("Written. Plan again for a later version.")
                     : _("The archive has changed since: plan again.");
  }
  if (const int closed = planned_->closed(); closed > 0) {
    return fmt::format(fmt::runtime(_("Gates that are closed: {}.")), closed);
  }
  if (planned_->waived() && !desk_.session()->may(model::Role::Lead)) {
    return _("Only a lead may let a gate stay open.");
  }
  if (!keys_.exists) {
    return _("The station has no signing key yet: shiqu key make.");
  }
  return key_is_open() ? std::string()
                       : std::string(_("The signing key is sealed: give its passphrase."));
}

Status ExportModel::write() {
  if (const std::string words = obstacle(); !words.empty()) {
    return fail(ErrorCode::Conflict, "write packages", words);
  }
  app::WriteWishes wishes = choice_.wishes;
  if (choice_.encrypt && !choice_.order.receiver.empty()) {
    wishes.encrypt_for = {choice_.order.receiver};
  }
  SHIQU_TRY(app::request_packages(desk_.store(), *desk_.session(), planned_->plans, wishes));
  return follow_jobs();
}

Status ExportModel::assign_sides() {
  if (!desk_.session() || !planned_ || planned_->sides.empty()) {
    return fail(ErrorCode::Denied, "assign sides", "nobody is logged in, or nothing is planned");
  }
  SHIQU_TRY(desk_.store().assign_splits(*desk_.session(),
                                        package::split_records(planned_->sides, choice_.seed)));
  plan();
  return {};
}

Status ExportModel::cancel(const store::BatchId& batch) {
  SHIQU_TRY(desk_.cancel_batch(batch));
  return follow_jobs();
}

std::string ExportModel::state_of_batches() const {
  std::string out;
  for (const Batch& batch : batches_) {
    out += fmt::format("{} {}\n", batch.record.id.str(), batch.record.counts.left());
  }
  return out;
}

bool ExportModel::written() const {
  return planned_ &&
         std::all_of(planned_->plans.begin(), planned_->plans.end(),
                     [this](const package::PackagePlan& plan) {
                       return std::any_of(outbox_.begin(), outbox_.end(),
                                          [&](const auto& one) { return one.name == plan.name; });
                     });
}

std::string ExportModel::name_of(const store::JobRecord& job) const {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const auto& one) {
    return one.item.id.str() == job.subject;
  });
  return found == items_.end() ? job.subject : found->item.identifier;
}

Status ExportModel::deliver(const fs::path& parcel, const std::string& to,
                            const std::string& contact) {
  if (!desk_.session()) {
    return fail(ErrorCode::Denied, "deliver package", "nobody is logged in");
  }
  SHIQU_TRY(app::request_delivery(desk_.store(), *desk_.session(), parcel, to, contact));
  return follow_jobs();
}

void ExportModel::write_sheet(const fs::path& parcel, const std::string& contact) {
  post([this, parcel, contact](store::Store& store, const std::stop_token& stop) {
    const fs::path file = parcel.string() + ".sheet.html";
    const auto made = app::write_courier_sheet(store, parcel, contact, file, stop);
    tell([&](News& news) {
      news.outcome = made ? Status{} : Status(fail(made.error()));
      news.words = fmt::format(fmt::runtime(_("Courier sheet written: {}")), file.string());
    });
  });
}

void ExportModel::take_receipt(const fs::path& file, const fs::path& key) {
  if (!desk_.session()) {
    outcome_ = fail(ErrorCode::Denied, "take receipt", "nobody is logged in");
    return;
  }
  post([this, file, key, by = *desk_.session()](store::Store& store, const std::stop_token&) {
    const auto taken = [&]() -> Result<std::vector<transfer::Delivery>> {
      std::optional<package::VerifyingKey> trusted;
      if (!key.empty()) {
        SHIQU_TRY_ASSIGN(const std::string text, read_file(key, 4096));
        SHIQU_TRY_ASSIGN(trusted, package::parse_public_key(text));
      }
      return app::take_receipt(store, by, file, trusted);
    }();
    tell([&](News& news) {
      news.outcome = taken ? Status{} : Status(fail(taken.error()));
      news.words = taken && !taken->empty()
                       ? fmt::format(fmt::runtime(_("{} is delivered: {} has checked it.")),
                                     taken->front().package, taken->front().receiver)
                       : std::string();
    });
  });
  read_outbox();
}

Status ExportModel::follow_jobs() {
  SHIQU_TRY_ASSIGN(const auto records, desk_.store().batches(kLookedBatches));
  std::vector<Batch> fresh;
  for (const store::BatchRecord& record : records) {
    SHIQU_TRY_ASSIGN(const auto first, desk_.store().jobs_of(record.id, 1));
    const bool ours = !first.empty() && (first.front().kind == app::kPackageJob ||
                                         first.front().kind == app::kDeliverJob);
    if (ours && (fresh.size() < kShownBatches || record.counts.left() > 0)) {
      SHIQU_TRY_ASSIGN(auto jobs, desk_.store().jobs_of(record.id));
      fresh.push_back({record, std::move(jobs)});
    }
  }
  batches_ = std::move(fresh);
  return {};
}

Status ExportModel::archive_changed() {
  SHIQU_TRY(follow_jobs());
  if (state_of_batches() != outbox_of_) {
    read_outbox();
  }
  if (!planned_ || planning_ || outdated_) {
    return {};
  }
  for (const package::PackagePlan& plan : planned_->plans) {
    SHIQU_TRY_ASSIGN(const bool changed, package::plan_outdated(desk_.store(), plan));
    outdated_ = outdated_ || changed;
  }
  return {};
}

bool ExportModel::take_news() {
  News news;
  {
    const Lock lock(mutex_);
    news = std::exchange(news_, {});
  }
  if (news.planned) {
    planning_ = false;
    problem_ = *news.planned ? std::string() : app::message(news.planned->error());
    planned_.reset();
    if (*news.planned && !(*news.planned)->plans.empty()) {
      planned_ = std::move(**news.planned);
    }
  }
  if (news.keys) {
    keys_ = std::move(*news.keys);
  }
  if (news.outbox) {
    outbox_ = std::move(*news.outbox);
  }
  if (news.outcome) {
    outcome_ = news.outcome;
    words_ = news.words;
  }
  return news.planned || news.keys || news.outbox || news.outcome;
}

std::optional<Status> ExportModel::take_outcome(std::string& words) {
  words = std::exchange(words_, {});
  return std::exchange(outcome_, std::nullopt);
}

}  // namespace shiqu::desk
