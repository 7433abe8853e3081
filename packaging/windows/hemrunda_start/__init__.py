"""What the installed shortcut starts: the studio, or the command line where words follow."""
