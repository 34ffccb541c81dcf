"""What ${name} keeps in documents."""
