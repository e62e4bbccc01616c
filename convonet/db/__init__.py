"""PostgreSQL: tables in `models`, one module of query functions per subject."""
