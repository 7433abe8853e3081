"""What is given to the public functions of Python, looked at as a whole before anything is done."""
