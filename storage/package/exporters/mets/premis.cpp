#include "storage/package/exporters/mets/premis.h"

#include "storage/base/clock.h"

#include <fmt/format.h>

#include <cmath>

namespace shiqu::package::mets {
namespace {

constexpr std::string_view kPremis = "http://www.loc.gov/premis/v3";
constexpr std::string_view kMix = "http://www.loc.gov/mix/v20";
constexpr std::string_view kLocal = "local";

void identifier(XmlOut& out, const std::string& element, std::string_view type,
                std::string_view value) {
  out.begin("premis:" + element);
  out.leaf("premis:" + element + "Type", type);
  out.leaf("premis:" + element + "Value", value);
  out.end();
}

void fixity(XmlOut& out, std::string_view algorithm, const std::string& digest) {
  out.begin("premis:fixity");
  out.leaf("premis:messageDigestAlgorithm", algorithm);
  out.leaf("premis:messageDigest", digest);
  out.end();
}

}  // namespace

void write_object(XmlOut& out, const BagEntry& entry, const PayloadRule* rule, TextOrigin origin) {
  out.begin("premis:object", {{"xmlns:premis", kPremis}, {"xsi:type", "premis:file"}});
  identifier(out, "objectIdentifier", kLocal, entry.path);
  if (origin != TextOrigin::None) {
    out.begin("premis:significantProperties");
    out.leaf("premis:significantPropertiesType", "text origin");
    out.leaf("premis:significantPropertiesValue", sentence_of(origin));
    out.end();
  }
  out.begin("premis:objectCharacteristics");
  fixity(out, "SHA-512", entry.sha512);
  fixity(out, "SHA-256", entry.sha256);
  out.leaf("premis:size", std::to_string(entry.size_bytes));
  out.begin("premis:format");
  out.begin("premis:formatDesignation");
  out.leaf("premis:formatName", rule != nullptr ? rule->media_type : "application/octet-stream");
  out.end();
  if (rule != nullptr && rule->exporter == "masters") {
    out.begin("premis:formatRegistry");
    out.leaf("premis:formatRegistryName", "PRONOM");
    out.leaf("premis:formatRegistryKey", "fmt/353");
    out.end();
  }
  out.end();
  out.end();
  out.end();
}

void write_event(XmlOut& out, const model::Event& event) {
  out.begin("premis:event", {{"xmlns:premis", kPremis}});
  identifier(out, "eventIdentifier", "journal entry", std::to_string(event.sequence));
  out.leaf("premis:eventType", event.action);
  out.leaf("premis:eventDateTime", iso8601(event.at_ms));
  if (!event.detail.empty()) {
    out.begin("premis:eventDetailInformation");
    out.leaf("premis:eventDetail", event.detail);
    out.end();
  }
  identifier(out, "linkingAgentIdentifier", kLocal, event.agent);
  if (!event.subject.empty()) {
    identifier(out, "linkingObjectIdentifier", "UUID", event.subject);
  }
  out.end();
}

void write_agent(XmlOut& out, const std::string& agent) {
  const std::size_t colon = agent.find(':');
  const std::string kind = agent.substr(0, colon == std::string::npos ? 0 : colon);
  const std::string name = colon == std::string::npos ? agent : agent.substr(colon + 1);
  const std::size_t slash = name.rfind('/');
  const bool versioned = kind == "software" && slash != std::string::npos;
  out.begin("premis:agent", {{"xmlns:premis", kPremis}});
  identifier(out, "agentIdentifier", kLocal, agent);
  out.leaf("premis:agentName", versioned ? name.substr(0, slash) : name);
  out.leaf("premis:agentType", kind == "device" ? "hardware" : kind);
  if (versioned) {
    out.leaf("premis:agentVersion", name.substr(slash + 1));
  }
  out.end();
}

void write_rights(XmlOut& out, const model::Item& item) {
  const bool address = item.rights.starts_with("http://") || item.rights.starts_with("https://");
  out.begin("premis:rights", {{"xmlns:premis", kPremis}});
  out.begin("premis:rightsStatement");
  identifier(out, "rightsStatementIdentifier", kLocal, "rights");
  out.leaf("premis:rightsBasis", address ? "license" : "other");
  if (address) {
    out.begin("premis:licenseInformation");
    identifier(out, "licenseDocumentationIdentifier", "URI", item.rights);
    out.end();
  } else {
    out.begin("premis:otherRightsInformation");
    out.leaf("premis:otherRightsBasis",
             item.rights.empty() ? "unknown" : "statement of the holder");
    out.leaf("premis:otherRightsNote",
             item.rights.empty() ? "The rights are not known." : item.rights);
    out.end();
  }
  out.end();
  out.end();
}

void write_mix(XmlOut& out, const model::Capture& capture) {
  out.begin("mix:mix", {{"xmlns:mix", kMix}});
  out.begin("mix:BasicImageInformation");
  out.begin("mix:BasicImageCharacteristics");
  out.leaf("mix:imageWidth", std::to_string(capture.width_px));
  out.leaf("mix:imageHeight", std::to_string(capture.height_px));
  out.end();
  out.end();
  const bool scanner = capture.source == model::CaptureSource::Scanner;
  const bool camera = capture.source == model::CaptureSource::Camera;
  out.begin("mix:ImageCaptureMetadata");
  out.begin("mix:GeneralCaptureInformation");
  if (capture.taken_ms > 0) {
    out.leaf("mix:dateTimeCreated", iso8601(capture.taken_ms));
  }
  if (scanner || camera) {
    out.leaf("mix:captureDevice", scanner ? "reflection print scanner" : "digital still camera");
  }
  out.end();
  if ((scanner || camera) && !capture.device.empty()) {
    out.begin(scanner ? "mix:ScannerCapture" : "mix:DigitalCameraCapture");
    out.begin(scanner ? "mix:ScannerModel" : "mix:DigitalCameraModel");
    out.leaf(scanner ? "mix:scannerModelName" : "mix:digitalCameraModelName", capture.device);
    out.end();
    out.end();
  }
  out.end();
  if (capture.dpi > 0) {
    out.begin("mix:ImageAssessmentMetadata");
    out.begin("mix:SpatialMetrics");
    out.leaf("mix:samplingFrequencyUnit", "in.");
    for (const char* axis : {"mix:xSamplingFrequency", "mix:ySamplingFrequency"}) {
      out.begin(axis);
      out.leaf("mix:numerator", std::to_string(std::lround(capture.dpi * 100)));
      out.leaf("mix:denominator", "100");
      out.end();
    }
    out.end();
    out.end();
  }
  out.end();
}

}  // namespace shiqu::package::mets
