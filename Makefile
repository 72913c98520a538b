# Zhijian (职鉴). `make help` lists what there is.

PYTHON ?= python3
ARGS   ?= -n 2 --dist loadfile
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
# Wherever Python is told to write no compiled files, each process of ours would compile everything anew: a minute of a slow machine.
KEPT   := PYTHONDONTWRITEBYTECODE=
# In a virtual machine the first touch of a small page may cost more than all that is done with it: memory is asked for in large pages.
# Two workers on two cores leave no core for threads of a model.
LEAN   := GLIBC_TUNABLES=glibc.malloc.hugetlb=1 PYTHONMALLOC=malloc OMP_NUM_THREADS=1 $(KEPT)
LOCK   := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
          --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help run test check venv venv-dev format lint types contracts rules security fuzz docs pictures charts charts-check lock clean \
        prerequisites browser

help:  ## List the targets  列出全部目标
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: venv  ## Start the whole demo ministry on http://127.0.0.1:8050  启动演示系统
	@exec env $(KEPT) $(BIN)/zhijian demo --serve

test: venv-dev browser  ## Run every test (ZHIJIAN_TEST_OWNER_URL names another server)  运行全部测试
	@$(LEAN) $(BIN)/python -m pytest $(ARGS) --ignore=tests/stories
	@$(LEAN) $(BIN)/python -m pytest tests/stories/test_crash.py
	@$(LEAN) $(BIN)/python -m pytest $(ARGS) tests/stories --ignore=tests/stories/test_crash.py

check: lint types contracts rules  ## Lint, format, types, import contracts, architecture  静态检查

venv: $(VENV)/runtime.stamp  ## Create .venv with the locked packages  建立虚拟环境

venv-dev: $(VENV)/dev.stamp

format: venv-dev  ## Format the code  格式化代码
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

lint: venv-dev  ## ruff check and ruff format --check  代码规范
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: venv-dev  ## mypy --strict  类型检查
	@$(BIN)/mypy .

contracts: venv-dev  ## Import contracts  导入契约
	@$(BIN)/lint-imports

rules: venv-dev  ## Architecture and documentation tests  架构与文档测试
	@$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_documentation.py

security: venv-dev browser  ## Try to break every line of the protection level; scanners; SBOM  三级等保逐条检验
	@$(BIN)/python -m tests.security.report

fuzz: venv-dev  ## Two thousand broken workbooks of every form  每张表两千份损坏的工作簿
	@$(BIN)/python -m pytest -n 2 tests/etl/test_fuzz.py --fuzz 2000 --durations 3

docs: venv  ## Write data dictionary and metric catalogue from the declarations  生成参考文档
	@$(BIN)/zhijian docs

pictures: venv-dev browser  ## Take README's pictures of pages from what `make run` serves  更新页面截图
	@$(BIN)/python -m tests.pictures

charts:  ## Build the pages' chart library from deploy/plotly (Node.js 20, npm)  构建图表库
	@$(call build_charts,../../dashboards/assets/vendor)

charts-check:  ## Build it again and compare every byte  核对图表库
	@mkdir -p build/charts
	@$(call build_charts,../../build/charts)
	@for file in plotly.min.js plotly.LICENSES.txt; do cmp build/charts/$$file dashboards/assets/vendor/$$file || exit 1; done
	@echo "the same  一致"

lock: venv-dev  ## Renew both lock files from pyproject.toml  更新锁定文件
	@$(LOCK) --output-file requirements.lock pyproject.toml
	@$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean:  ## Remove the virtual environment and caches, keep ./var  清理环境（保留数据）
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

# Compiling every file of every package keeps a processor busy for 24 s before the first page; Python compiles what it imports.
$(VENV)/runtime.stamp: requirements.lock pyproject.toml | prerequisites
	@$(call create_venv)
	@echo "Installing the locked packages  安装锁定的依赖包 ..."
	@$(PIP) install --quiet --no-compile --require-hashes --requirement requirements.lock
	@PYTHONWARNINGS=ignore $(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | prerequisites
	@$(call create_venv)
	@echo "Installing the locked packages and tools  安装锁定的依赖包与工具 ..."
	@$(PIP) install --quiet --require-hashes --requirement requirements-dev.lock
	@PYTHONWARNINGS=ignore $(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/runtime.stamp

# A virtual environment whose interpreter is gone, or which was never finished, is made anew.
define create_venv
$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
endef

define build_charts
rm -rf build/plotly && mkdir -p build && cp -r deploy/plotly build/plotly && cd build/plotly && \
	  npm ci --silent --ignore-scripts --no-audit --no-fund && node build.mjs $(1)
endef

# On Debian `python3 -m venv` exists but fails without the package python3-venv, which carries ensurepip.
prerequisites:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "$(PYTHON) is missing. Install it:  缺少 $(PYTHON)，请安装："; \
	  echo "    sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Zhijian needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1).  需要 Python 3.11 或更新版本。"; \
	  echo "Name a newer one:  请指定较新的版本："; \
	  echo "    make run PYTHON=python3.13"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "The module venv is not complete. Install it:  venv 模块不完整，请安装："; \
	  echo "    sudo apt-get install python3-venv"; exit 1; }

# The browser tests are never skipped in silence: without a browser `make test` ends here.
browser:
	@sh deploy/browser.sh
