Gem::Specification.new do |s|
  s.name = "wahl
  s.summary = "TODO: Write a short summary, because RubyGems requires one."
  s.homepage = "TODO: Put your gem's website or public repo URL here."
  s.license = ENV["LICENSE"] || "MIT"
end
# Müll
