"""The container and compose files, read as far as they can be without running them."""

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from symbiosis.cli import build

yaml = pytest.importorskip("yaml")
DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
RECIPE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def options_of_serve():
    command = get_command(build()).commands["serve"]
    return {name for parameter in command.params for name in parameter.opts}


def test_the_recipe_runs_as_nobody_special_and_pins_its_bases():
    assert re.search(r"^USER (?!root)\w+", RECIPE, re.M)
    bases = re.findall(r"^FROM (\S+)", RECIPE, re.M)
    assert all(":" in base and not base.endswith(":latest") for base in bases)
    assert "HEALTHCHECK" in RECIPE
    instructions = set(re.findall(r"^([A-Z]+) ", RECIPE, re.M))
    assert instructions <= {"FROM", "WORKDIR", "COPY", "RUN", "LABEL", "ENV", "USER", "VOLUME",
                            "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}  # fmt: skip


def test_no_secret_is_written_down():
    env = (DEPLOY / "example.env").read_text(encoding="utf-8")
    assert re.search(r"^POSTGRES_PASSWORD=$", env, re.M)
    assert (
        "${POSTGRES_PASSWORD:?"
        in COMPOSE["services"]["database"]["environment"]["POSTGRES_PASSWORD"]
    )


def test_the_database_is_not_reachable_from_outside():
    assert "ports" not in COMPOSE["services"]["database"]
    assert COMPOSE["services"]["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert COMPOSE["services"]["app"]["ports"] == ["127.0.0.1:8501:8501"]


def test_what_they_say_to_serve_it_understands():
    known = options_of_serve()
    said = [word for word in COMPOSE["services"]["app"]["command"] if word.startswith("--")]
    said += re.findall(r'"(--[\w-]+)"', RECIPE.split("CMD")[-1])
    assert said
    assert set(said) <= known


def test_every_volume_and_network_that_is_used_is_declared():
    for service in COMPOSE["services"].values():
        named = {v.split(":")[0] for v in service["volumes"] if not v.startswith(".")}
        assert named <= set(COMPOSE["volumes"])
        assert set(service["networks"]) <= set(COMPOSE["networks"])


@pytest.mark.parametrize(
    "word",
    [
        "SYMBIOSIS_DATABASE_URL",
        "SYMBIOSIS_TOKEN",
        "st.login",
        "HttpOnly",
        "pip_audit",
        "addresses_are_verified",
    ],
)
def test_the_threat_model_names_what_it_rests_on(word):
    assert word in (DEPLOY.parent / "SECURITY.md").read_text(encoding="utf-8")


def test_what_the_recipe_copies_and_calls_exists():
    root = DEPLOY.parents[1]
    assert "docs/deploy/Containerfile" in RECIPE  # the command that it tells works from the root
    assert (root / COMPOSE["services"]["app"]["build"]["dockerfile"]).is_file()
    context = (DEPLOY / COMPOSE["services"]["app"]["build"]["context"]).resolve()
    assert context == root
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = re.search(r'"\.\[([\w,]+)\]"', RECIPE)
    assert set(wanted[1].split(",")) <= set(project["optional-dependencies"])
    assert re.findall(r'ENTRYPOINT \["(\w+)"\]', RECIPE) == ["symbiosis"]
    assert "symbiosis" in project["scripts"]
    called = re.search(r'^CMD \["(\w+)"', RECIPE, re.M)[1]
    assert called == COMPOSE["services"]["app"]["command"][0] == "serve"
    version = re.search(r"python:(\d+\.\d+)", RECIPE)[1]
    assert tuple(map(int, version.split("."))) >= (3, 11)
    assert project["requires-python"] == ">=3.11"


def test_the_health_that_is_asked_for_is_served_where_it_is_asked():
    port = re.search(r'"--port", "(\d+)"', RECIPE)[1]
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", RECIPE)
    assert (asked[1], asked[2]) == (port, "/health")
    assert re.search(rf"^EXPOSE {port}$", RECIPE, re.M)
    ports = COMPOSE["services"]["app"]["ports"]
    assert [one.rsplit(":", 1)[1] for one in ports] == [port]


def test_the_secrets_stand_where_the_app_looks_for_them():
    home = re.search(r"^WORKDIR (/home/\w+)$", RECIPE, re.M)[1]
    mounted = [volume.split(":")[1:] for volume in COMPOSE["services"]["app"]["volumes"]]
    assert [f"{home}/.streamlit", "ro"] in mounted


def test_layers_install_nothing_that_stays_behind_and_run_no_shell_of_root():
    runs = re.findall(r"^RUN (.+?)(?<!\\)$", RECIPE, re.M | re.S)
    assert all("--no-cache-dir" in run for run in runs if "pip install" in run)
    assert not re.search(r"curl|wget|sudo|chmod 777|ADD ", RECIPE)
    assert RECIPE.index("USER symbiosis") < RECIPE.index("ENTRYPOINT")
    assert RECIPE.rindex("RUN ") < RECIPE.index("USER symbiosis")
