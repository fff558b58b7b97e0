"""The workstation: a container with the studio's repository and the candidate's tools."""
