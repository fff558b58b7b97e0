"""What commands show: words in both languages, tables, phases as they go, errors."""
