"""The domain: models, import, queries, export; works on connections, and opens no documents."""
