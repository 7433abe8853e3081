"""What every page and paper is made of: the safe writer, texts, colours, drawing."""
