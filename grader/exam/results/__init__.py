"""What judged work comes to: results, their sum in an exam, work from elsewhere, and work judged again."""
