"""A reading list: the application of somebody who has never heard of documents."""
