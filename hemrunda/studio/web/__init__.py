"""The studio as a browser meets it: who may ask, what can be asked, and what is answered."""
