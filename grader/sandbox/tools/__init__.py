"""The programs that grader uses: pinned in one file, found, downloaded or built."""
