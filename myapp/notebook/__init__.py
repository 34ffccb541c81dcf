"""The domain: models, import, queries; knows connections and sessions, no files' life."""
