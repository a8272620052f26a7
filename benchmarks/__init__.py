"""How fast is it, and how large, beside what else a Python developer would pick? See README.md in this folder."""
