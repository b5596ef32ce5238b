#include "storage/package/exporters/records/records.h"

#include "storage/base/clock.h"
#include "storage/package/stream_text.h"

#include <fmt/format.h>

namespace shiqu::package {
namespace {

/// `<outer><inner>text</inner></outer>`; nothing when `text` is empty.
void nested(XmlOut& out, std::string_view outer, std::string_view inner, std::string_view text) {
  if (!text.empty()) {
    out.begin(outer);
    out.leaf(inner, text);
    out.end();
  }
}

class Lido final : public ExportRun {
 public:
  explicit Lido(const ExportContext& context) : context_(context) {}

  Status finish() override {
    SHIQU_TRY_ASSIGN(XmlOut out, XmlOut::open(context_.bag(), "data/metadata/lido.xml"));
    const model::Item& item = context_.plan().item;
    out.begin("lido:lidoWrap", {{"xmlns:lido", "http://www.lido-schema.org"}});
    out.begin("lido:lido");
    out.leaf("lido:lidoRecID", item.identifier, {{"lido:type", "local"}});
    write_description(out);
    write_administration(out);
    return out.finish();
  }

 private:
  void write_description(XmlOut& out) const;
  void write_administration(XmlOut& out) const;
  void write_resources(XmlOut& out) const;

  const ExportContext& context_;
};

void Lido::write_description(XmlOut& out) const {
  const model::Item& item = context_.plan().item;
  out.begin("lido:descriptiveMetadata", {{"xml:lang", "zh"}});
  out.begin("lido:objectClassificationWrap");
  out.begin("lido:objectWorkTypeWrap");
  nested(out, "lido:objectWorkType", "lido:term", "藏品");
  out.end();
  out.end();
  out.begin("lido:objectIdentificationWrap");
  out.begin("lido:titleWrap");
  nested(out, "lido:titleSet", "lido:appellationValue",
         item.title.empty() ? item.identifier : item.title);
  out.end();
  if (!item.description.empty()) {
    out.begin("lido:objectDescriptionWrap");
    nested(out, "lido:objectDescriptionSet", "lido:descriptiveNoteValue", item.description);
    out.end();
  }
  out.end();
  if (!item.creator.empty() || !item.date.empty()) {
    out.begin("lido:eventWrap");
    out.begin("lido:eventSet");
    out.begin("lido:event");
    nested(out, "lido:eventType", "lido:term", "制作");
    if (!item.creator.empty()) {
      out.begin("lido:eventActor");
      out.leaf("lido:displayActorInRole", item.creator);
      out.end();
    }
    nested(out, "lido:eventDate", "lido:displayDate", item.date);
    out.end();
    out.end();
    out.end();
  }
  out.end();
}

void Lido::write_resources(XmlOut& out) const {
  out.begin("lido:resourceWrap");
  for (const PackagedPage& page : context_.plan().pages) {
    out.begin("lido:resourceSet");
    out.leaf("lido:resourceID", page.page.id.str(), {{"lido:type", "local"}});
    out.begin("lido:resourceRepresentation");
    out.leaf("lido:linkResource", "../masters/" + page.number + ".tif");
    out.end();
    out.end();
  }
  out.end();
}

void Lido::write_administration(XmlOut& out) const {
  const PackagePlan& plan = context_.plan();
  out.begin("lido:administrativeMetadata", {{"xml:lang", "zh"}});
  if (!plan.item.rights.empty()) {
    out.begin("lido:rightsWorkWrap");
    out.begin("lido:rightsWorkSet");
    nested(out, "lido:rightsType", "lido:term", plan.item.rights);
    out.end();
    out.end();
  }
  out.begin("lido:recordWrap");
  out.leaf("lido:recordID", plan.item.identifier, {{"lido:type", "local"}});
  nested(out, "lido:recordType", "lido:term", "item");
  out.begin("lido:recordSource");
  nested(out, "lido:legalBodyName", "lido:appellationValue", plan.info.source_organization);
  out.end();
  out.end();
  write_resources(out);
  out.end();
}

class Eep final : public ExportRun {
 public:
  explicit Eep(const ExportContext& context) : context_(context) {}

  Status finish() override {
    SHIQU_TRY_ASSIGN(XmlOut out, XmlOut::open(context_.bag(), "data/metadata/eep.xml"));
    const PackagePlan& plan = context_.plan();
    out.begin("电子文件封装包", {{"xmlns", "http://www.saac.gov.cn/standards/ERM/encapsulation"}});
    out.leaf("封装包格式描述", "DA/T 48-2009 结构（依公开实现推得，未经官方模式核验）");
    out.leaf("版本", "2009");
    out.begin("被签名对象", {{"eep版本", "2009"}});
    out.leaf("封装包类型", plan.info.version == 1 ? "原始型" : "修改型");
    out.leaf("封装包描述", plan.item.identifier + " " + plan.item.title);
    out.leaf("封装包创建时间", iso8601(plan.made_ms));
    out.leaf("封装包创建单位", plan.info.source_organization);
    out.begin("封装内容");
    for (const PackagedPage& page : plan.pages) {
      write_page(out, page);
    }
    write_events_block(out);
    out.end();
    out.end();
    return out.finish();
  }

 private:
  static void write_page(XmlOut& out, const PackagedPage& page) {
    const model::Capture& capture = page.capture;
    out.begin("文件实体块");
    out.leaf("文件标识符", page.page.id.str());
    out.leaf("计算机文件名", "masters/" + page.number + ".tif");
    out.leaf("摘要", capture.master, {{"算法", "SHA-256"}});
    out.begin("数字化属性");
    out.leaf("对象形态", "图像");
    if (capture.dpi > 0) {
      out.leaf("扫描分辨率", fmt::format("{:.0f}", capture.dpi));
    }
    out.leaf("压缩方案", "无压缩");
    if (capture.taken_ms > 0) {
      out.leaf("时间", iso8601(capture.taken_ms));
    }
    out.leaf("设备型号", capture.device);
    out.leaf("软件名称", model::this_program().name);
    out.leaf("软件版本", model::this_program().version);
    out.end();
    out.end();
  }

  void write_events_block(XmlOut& out) const {
    out.begin("业务实体块");
    out.leaf("业务行为", "数字化");
    out.leaf("记录", "provenance/events.jsonl");
    out.end();
    out.begin("机构人员实体块");
    out.leaf("机构名称", context_.plan().info.source_organization);
    out.end();
  }

  const ExportContext& context_;
};

}  // namespace

std::unique_ptr<Exporter> make_lido_exporter() {
  return make_exporter(
      {"lido", "record of an artifact, LIDO 1.1", Inclusion::OnRequest, {}, start_run<Lido>});
}

std::unique_ptr<Exporter> make_eep_exporter() {
  return make_exporter({"eep",
                        "record after DA/T 48-2009, derived and unverified",
                        Inclusion::OnRequest,
                        {},
                        start_run<Eep>});
}

}  // namespace shiqu::package
