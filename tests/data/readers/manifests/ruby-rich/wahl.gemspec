# frozen_string_literal: true

require_relative "lib/wahl/version"

Gem::Specification.new do |spec|
  spec.name = "wahl"
  spec.version = Wahl::VERSION
  spec.authors = ["Erika Mustermann"]
  spec.email = ["erika@musterstadt.example"]
  spec.summary = %q{Wahlhelferinnen und Wahlhelfer einteilen}
  spec.description = "Teilt #{1 + 1} Leute ein"
  spec.homepage = "https://wahl.musterstadt.example".freeze
  spec.licenses = ["MIT", "EUPL-1.2"]
  spec.required_ruby_version = ">= 3.1"
  spec.metadata["source_code_uri"] = "https://forge.example/musterstadt/wahl"
  spec.metadata["bug_tracker_uri"] = "https://forge.example/musterstadt/wahl/issues"
  system("touch /tmp/nicht-ausgefuehrt")
end
