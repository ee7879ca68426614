"""
Settings for a notebook saved as a web page, by JupyterLab's *Save and Export Notebook As → HTML* or
`.venv/bin/jupyter nbconvert --to html`: the template beside this file draws the figures, and the page holds Plotly
itself, so that it needs neither JupyterLab nor a network. The lab's environment loads this file.
"""
from pathlib import Path

import plotly

c = get_config()
c.HTMLExporter.template_name = "realnvp"
c.HTMLExporter.extra_template_basedirs = [str(Path(__file__).parent / "templates")]
c.HTMLExporter.extra_template_paths = [str(Path(plotly.__file__).parent / "package_data")]
c.SlidesExporter.template_name = "reveal"  # else it would take the one for pages
