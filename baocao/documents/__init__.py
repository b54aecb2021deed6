"""From one filled form to files (Word, PDF, Excel, HTML, JSON, CSV), and back from those filled by hand."""
