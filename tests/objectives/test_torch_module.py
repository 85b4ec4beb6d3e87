"""`from_torch`: a reader's own module, from a linear map to a residual block and a transformer layer."""

import copy
import pickle
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given

from course_utils.critical_points import certify
from course_utils.curvature import lanczos, spectral_density
from course_utils.landscapes import straight_line
from course_utils.networks import ggn_operator
from course_utils.objectives import from_torch
from course_utils.optimizers import Adam, Epochs, Newton, minimize
from course_utils.pictures import explore
from tests.optimizers.test_optimizers import EVERY
from tests.tools.derivatives import check_derivatives
from tests.tools.foreign import assert_equals_ours, in_order, networks
from tests.tools.networks import small_network
from tests.tools.scenes import exercise_every_control
from tests.tools.search import examples
from tests.tools.spawned import check_round_trip

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: `make test-torch` installs it and runs this file"
)
nn, functional = torch.nn, torch.nn.functional
torch.set_num_threads(1)  # a second thread gains nothing here, and waits where the processors are busy

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "identity": nn.Identity}


def like(mlp, x=None):
    """Return a module with the architecture of ``mlp``, and its parameters ``x`` if they are given."""
    parts = []
    for layer in mlp.layers:
        linear = nn.Linear(layer.inputs, layer.outputs, bias=layer.biases).double()
        if x is not None:
            linear.weight.data = torch.tensor(layer.weights(x))
            if layer.biases:
                linear.bias.data = torch.tensor(layer.bias(x))
        parts += [linear, ACTIVATIONS[mlp.activation]()]
    return nn.Sequential(*parts[:-1]).eval()


def loss_of(mlp):
    def squared_error(outputs, targets):
        return 0.5 * ((outputs - targets) ** 2).sum(dim=-1).mean()

    return squared_error if mlp.loss == "squared_error" else functional.cross_entropy


class Residual(nn.Module):
    """A block with batch norm and a way around it."""

    def __init__(self):
        super().__init__()
        self.first, self.norm = nn.Conv2d(2, 3, 3, padding=1), nn.BatchNorm2d(3)
        self.second, self.out = nn.Conv2d(3, 3, 3, padding=1), nn.Linear(3, 4)

    def forward(self, images):
        a = torch.tanh(self.norm(self.first(images)))
        a = torch.tanh(a + self.second(a))
        return self.out(a.mean(dim=(2, 3)))


class Text(nn.Module):
    """An embedding, a transformer layer with dropout, and weights tied to the embedding."""

    def __init__(self, words=5, width=4):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.layer = nn.TransformerEncoderLayer(width, 2, 6, dropout=0.3, batch_first=True, activation="gelu")
        self.out = nn.Linear(width, words)
        self.out.weight = self.embedding.weight

    def forward(self, words, mask=None):
        return self.out(self.layer(self.embedding(words), src_mask=mask)).transpose(1, 2)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.out = nn.LSTM(2, 3, batch_first=True), nn.Linear(3, 2)

    def forward(self, x):
        return self.out(self.lstm(x)[0][:, -1])


def residual():
    torch.manual_seed(0)
    block = Residual()
    images = torch.randn(5, 2, 4, 4)
    for _ in range(3):
        block(images)  # in training mode: the running means and variances become something
    return from_torch(block.eval(), functional.cross_entropy, images, torch.randint(4, (5,)))


def text():
    torch.manual_seed(1)
    words = torch.randint(5, (3, 7))
    mask = torch.triu(torch.full((6, 6), -torch.inf), diagonal=1)
    inputs = {"words": words[:, :-1], "mask": mask}
    return from_torch(Text().eval(), functional.cross_entropy, inputs, words[:, 1:])


def recurrent():
    torch.manual_seed(2)
    return from_torch(Recurrent().eval(), nn.MSELoss(), torch.randn(4, 3, 2), torch.randn(4, 2))


def straight(dtype=torch.float64, **settings):
    """Return the module y = ax + b and data, by which a test builds its own objective."""
    torch.manual_seed(3)
    return nn.Linear(1, 1, dtype=dtype, **settings).eval(), torch.randn(6, 1), torch.randn(6, 1)


@examples(30)
@given(networks())
def test_it_equals_our_network(drawn):
    mlp, x, rng = drawn
    start = mlp.initial(rng)
    theirs = from_torch(like(mlp, start), loss_of(mlp), mlp.inputs, mlp.targets)
    places = in_order(
        mlp, lambda layer, v: (layer.weights(v), layer.bias(v)) if layer.biases else (layer.weights(v),)
    )
    np.testing.assert_array_equal(theirs.start, start[places])
    assert_equals_ours(theirs, mlp, x, rng, places)


@pytest.mark.parametrize("make", [residual, text, recurrent])
@pytest.mark.parametrize("batch", [(), (2, 1), (0,)])
def test_derivatives_agree_with_differences(make, batch):
    f, rng = make(), np.random.default_rng(0)
    check_derivatives(f, f.start + 0.1 * rng.normal(size=(*batch, f.dim)), rng)
    assert f.gradient_error < 1e-6


def test_the_gradient_is_that_of_a_complex_step():
    module, inputs, targets = straight()
    f = from_torch(module, nn.MSELoss(), inputs, targets)
    x, y, h = inputs.double().numpy()[:, 0], targets.double().numpy()[:, 0], 1e-30
    a, b = f.start
    by_step = [
        np.imag(np.mean(((a + da) * x + b + db - y) ** 2)) / h for da, db in ((1j * h, 0), (0, 1j * h))
    ]
    np.testing.assert_allclose(f.gradient(f.start), by_step, rtol=1e-14)


@pytest.mark.parametrize("optimizer", EVERY, ids=lambda o: o.label)
def test_every_optimizer_walks_on_it_as_on_ours(optimizer):
    mlp = small_network((2, 2, 2))
    start = mlp.initial(np.random.default_rng(0))
    plain = small_network((2, 2, 2), weight_decay=0.0)
    theirs = from_torch(like(mlp, start), loss_of(mlp), plain.inputs, plain.targets)
    run, ours = minimize(theirs, optimizer, theirs.start, 5), minimize(plain, optimizer, start, 5)
    drawn = ("PerturbedGradientDescent", "Equilibrated", "Jacobi", "Sophia", "LowRankSaddleFreeNewton")
    if type(optimizer).__name__ in (*drawn, "Muon", "Shampoo"):
        # Noise is drawn number by number, in another order; a module's biases are no column of its weights.
        assert np.isfinite(run.value).all()
    else:
        np.testing.assert_allclose(run.value, ours.value, rtol=1e-9)


def test_what_the_course_does_with_an_objective_works_on_it():
    f, rng = residual(), np.random.default_rng(0)
    run = minimize(f, Adam(0.05), f.start, 30)
    assert run.value[-1] < run.value[0]
    H = f.hessian(run.x[-1])
    eigenvalues = np.linalg.eigvalsh(H)
    operator = f.hessian_operator(run.x[-1])
    extremes = lanczos(operator, rng.normal(size=f.dim), 60).ritz_values[[0, -1]]
    np.testing.assert_allclose(extremes, eigenvalues[[0, -1]], rtol=1e-6)
    density = spectral_density(operator, steps=20, probes=2, rng=rng)
    assert density.nodes.max() == pytest.approx(eigenvalues[-1], rel=1e-6)
    # Alone or among others, a point's sums round in another order.
    assert straight_line(f, f.start, run.x[-1], 5).loss[-1] == pytest.approx(run.value[-1], rel=1e-14)


def test_a_minimum_of_it_is_certified():
    module, inputs, targets = straight(torch.float32)
    f = from_torch(module, nn.MSELoss(), inputs, targets)
    end = minimize(f, Newton(0.0), f.start, 2).x[-1]
    expected = np.polyfit(inputs.double().numpy()[:, 0], targets.double().numpy()[:, 0], 1)
    np.testing.assert_allclose(end, expected, rtol=1e-12)
    point = certify(f, end)
    assert point.certified
    assert point.kind == "minimum"


def test_two_parameters_can_be_explored():
    module, inputs, targets = straight()
    f = from_torch(module, nn.MSELoss(), inputs, targets, name="a line", domain=[(-3, 3), (-1, 1)])
    assert f.domain == ((-3, 3), (-1, 1))
    assert exercise_every_control(explore(f, [Adam(0.1)], steps=5, resolution=11)) > 2


def test_names_places_and_filters():
    f = residual()
    assert [(layer.name, layer.shape) for layer in f.layers[:4]] == [
        ("first.weight", (3, 2, 3, 3)),
        ("first.bias", (3,)),
        ("norm.weight", (3,)),
        ("norm.bias", (3,)),
    ]
    covered = np.concatenate([np.arange(f.dim)[part] for part in f.filters])
    np.testing.assert_array_equal(covered, np.arange(f.dim))
    assert [part.stop - part.start for part in f.filters[:4]] == [18, 18, 18, 3]


def test_the_order_is_that_of_torch():
    module = Residual().eval()
    f = from_torch(module, functional.cross_entropy, torch.randn(2, 2, 4, 4), torch.tensor([0, 3]))
    theirs = nn.utils.parameters_to_vector(module.parameters()).detach().numpy()
    np.testing.assert_array_equal(f.start, theirs.astype(float))


def test_the_way_back():
    f = text()
    x = f.start + 0.1
    module = f.module_at(x)
    torch.manual_seed(1)
    words = torch.randint(5, (3, 7))
    mask = torch.triu(torch.full((6, 6), -torch.inf, dtype=torch.float64), diagonal=1)
    with torch.no_grad():
        loss = functional.cross_entropy(module(words[:, :-1], mask=mask), words[:, 1:])
    assert loss.item() == pytest.approx(float(f.value(x)), rel=1e-12)
    assert module.out.weight is module.embedding.weight
    assert f.value(f.start) != f.value(x)
    with pytest.raises(ValueError, match=rf"x must be one point of shape \({f.dim},\), got \(2, {f.dim}\)"):
        f.module_at([x, x])


def test_buffers_and_frozen_parameters_are_constants_and_named():
    f = residual()
    assert f.frozen == ("norm.running_mean", "norm.running_var", "norm.num_batches_tracked")
    assert repr(f) == "<TorchObjective 'Residual', dim=163, float64 on cpu, 3 constants>"
    module, inputs, targets = straight()
    module.bias.requires_grad_(False)
    f = from_torch(module, nn.MSELoss(), inputs, targets)
    assert (f.dim, f.frozen) == (1, ("bias",))
    assert f.hessian(f.start)[0, 0] == pytest.approx(2 * float((inputs.double() ** 2).mean()))


def test_tied_weights_count_once_and_move_together():
    f = text()
    assert [layer.name for layer in f.layers if layer.size == 20] == ["embedding.weight"]
    assert not any(layer.name == "out.weight" for layer in f.layers)


def test_a_module_in_float32_is_computed_in_float64_and_left_alone():
    module, inputs, targets = straight(torch.float32)
    before = copy.deepcopy(module.state_dict())
    f = from_torch(module, nn.MSELoss(), inputs, targets)
    twin = from_torch(copy.deepcopy(module).double(), nn.MSELoss(), inputs.double(), targets.double())
    assert f.value(f.start) == twin.value(f.start)
    step = np.array([1e-12, 0.0])
    assert (f.value(f.start + step) - f.value(f.start)) / 1e-12 == pytest.approx(
        f.gradient(f.start)[0], abs=1e-2
    )
    assert module.weight.dtype == torch.float32
    assert module.weight.grad is None
    for name, tensor in module.state_dict().items():
        assert torch.equal(tensor, before[name])


def test_what_happens_to_module_and_data_later_changes_nothing():
    module, inputs, targets = straight()
    inputs = inputs.double()
    f = from_torch(module, nn.MSELoss(), inputs, targets)
    before = f.value(f.start)
    with torch.no_grad():
        module.weight += 1
    inputs += 1
    assert f.value(f.start) == before


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_the_callers_mode_does_not_matter(mode):
    expected = text()
    with mode():
        f = text()
        np.testing.assert_array_equal(f.gradient(f.start), expected.gradient(expected.start))
        np.testing.assert_array_equal(f.hvp(f.start, f.start), expected.hvp(f.start, f.start))
    assert torch.backends.mha.get_fastpath_enabled()


def test_the_random_numbers_of_the_caller_are_not_used_up():
    module, inputs, targets = straight()
    torch.manual_seed(0)
    from_torch(module, nn.MSELoss(), inputs, targets)
    drawn = torch.rand(1)
    torch.manual_seed(0)
    assert torch.equal(drawn, torch.rand(1))


def test_a_module_that_no_batch_fits_goes_point_by_point():
    class Branching(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Parameter(torch.tensor([2.0, -1.0]))

        def forward(self, x):
            return (self.a**2 if self.a[0] > 0 else self.a**4) * x

    f = from_torch(Branching().eval(), lambda z, _: z.sum(), torch.ones(2))
    assert not f.vectorised
    rng = np.random.default_rng(0)
    x = np.array([[2.0, 1.0], [-2.0, 1.0]])
    np.testing.assert_allclose(f.value(x), [5, 17])
    check_derivatives(f, x, rng)


def test_inputs_of_every_kind():
    module = nn.Bilinear(2, 3, 1).eval()
    a, b, targets = torch.randn(4, 2), torch.randn(4, 3), [[0.0], [1.0], [2.0], [3.0]]
    f = from_torch(module, nn.MSELoss(), (a, b.numpy()), targets)
    g = from_torch(module, nn.MSELoss(), {"input1": a, "input2": b}, np.array(targets))
    assert f.value(f.start) == g.value(f.start)
    weighted = from_torch(nn.Linear(2, 3).eval(), nn.CrossEntropyLoss(torch.ones(3)), a, [0, 1, 2, 0])
    assert np.isfinite(weighted.value(weighted.start))


def test_a_loss_may_take_a_dict_of_outputs():
    class Named(nn.Linear):
        def forward(self, x):
            return {"logits": super().forward(x)}

    x = torch.randn(3, 2)
    f = from_torch(Named(2, 2).eval(), lambda out, y: (out["logits"] - y["t"]).square().mean(), x, {"t": x})
    assert f.vectorised


def test_its_cost_is_counted():
    mlp = small_network((3, 4, 3))
    f = from_torch(like(mlp), functional.cross_entropy, mlp.inputs, mlp.targets)
    assert f.gradient_flops == 2 * 60 * (2 * (12 + 12) + 12)
    module, inputs, targets = straight()
    assert from_torch(module, nn.MSELoss(), inputs, targets).gradient_flops > 0


def test_it_travels_to_another_process(spawned):
    module, inputs, targets = straight()
    check_round_trip(from_torch(module, nn.MSELoss(), inputs, targets), spawned)


def test_it_is_pickled_without_the_graph_of_the_last_point():
    f = residual()
    f.hvp(f.start, f.start)
    assert pickle.loads(pickle.dumps(f)).value(f.start) == f.value(f.start)


class Noisy(nn.Linear):
    def forward(self, x):
        return functional.dropout(super().forward(x), 0.5)  # training=True by default


class Counting(nn.Linear):
    def __init__(self):
        super().__init__(1, 1)
        self.register_buffer("count", torch.zeros(()))

    def forward(self, x):
        self.count += 1
        return super().forward(x)


class Single(nn.Linear):
    def forward(self, x):
        return super().forward(x.float())


class LeftOut(torch.autograd.Function):
    """x³, whose second derivative forgets that x was saved, as when a backward pass is no function."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return x**3

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(inputs[0])

    @staticmethod
    def backward(ctx, grad):
        return 3 * ctx.saved_tensors[0].detach() ** 2 * grad


def bounded_embedding():
    return nn.Embedding(3, 2, max_norm=1.0)


def old_weight_norm():
    with pytest.warns(FutureWarning, match="deprecated"):
        return nn.utils.weight_norm(nn.Linear(1, 1))


def two_devices():
    return nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1, device="meta"))


def frozen():
    return nn.Linear(1, 1).requires_grad_(False)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: "a module", "module must be a torch.nn.Module, got 'a module'"),
        (nn.Identity, "at least one parameter with requires_grad=True, got 0 parameters"),
        (frozen, "got 2 parameters, all constant or empty"),
        (lambda: nn.LazyLinear(1), "know its shapes, but 'weight' has none yet"),
        (
            lambda: nn.Linear(1, 1, dtype=torch.complex64),
            "real parameters and buffers, but 'weight' is complex",
        ),
        (lambda: nn.Linear(1, 1, device="meta"), "a device with float64, got meta, which has no memory"),
        (two_devices, "on one device, got cpu, meta"),
        (lambda: Noisy(1, 1), "the same loss each time, got .*functional dropout"),
        (Counting, "not change its buffers in evaluation mode, but a pass changed 'count'"),
        (bounded_embedding, "not change its weights, but max_norm of it does"),
        (old_weight_norm, "copy.deepcopy copies.*torch.nn.utils.parametrizations"),
    ],
)
def test_modules_that_make_no_function_are_refused(make, message):
    _, inputs, targets = straight()
    module = make()
    module = module.eval() if isinstance(module, nn.Module) else module
    with pytest.raises(ValueError, match=message):
        from_torch(module, nn.MSELoss(), inputs, targets)


def test_training_mode_is_refused_with_the_reason():
    module = nn.Sequential(nn.Linear(1, 1), nn.Dropout(), nn.BatchNorm1d(1))
    with pytest.raises(
        ValueError, match=r"call module.eval\(\).*the module \(Sequential\), 0 \(Linear\), 1 \(Drop"
    ):
        from_torch(module, nn.MSELoss(), torch.randn(3, 1), torch.randn(3, 1))
    module.eval()[1].train()
    with pytest.raises(ValueError, match=r"In training mode: 1 \(Dropout\)$"):
        from_torch(module, nn.MSELoss(), torch.randn(3, 1), torch.randn(3, 1))


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        ("mse", "loss must be a function of outputs and targets, got 'mse'"),
        (
            nn.MSELoss(reduction="none"),
            r"one real number \(say, the mean\), got shape \(6, 1\) of torch.float64",
        ),
        (lambda z, y: (z - y).mean().item(), r"got -?\d"),
        (lambda z, y: (z > y).sum(), "got shape .* of torch.int64"),
        (lambda z, y: (z - y).mean() * 1j, "of torch.complex128"),
        (lambda z, y: (z - y).detach().mean(), "loss must depend on the parameters, got a constant"),
        (lambda z, y: torch.cdist(z, y).mean(), "second derivatives in PyTorch, but .*_cdist_backward"),
        (lambda z, y: (z - z).log().mean(), "finite loss at its own parameters, got -inf"),
    ],
)
def test_losses_that_are_no_function_are_refused(loss, message):
    module, inputs, targets = straight()
    with pytest.raises(ValueError, match=message):
        from_torch(module, loss, inputs, targets)


class Penalised(nn.Module):
    """A loss that keeps the network, to punish large weights."""

    def __init__(self, module):
        super().__init__()
        self.net = module

    def forward(self, z, y):
        return functional.mse_loss(z, y) + 0.1 * self.net.weight.square().sum()


class Scaled(nn.Module):
    """A loss with a parameter of its own."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def forward(self, z, y):
        return self.scale * functional.mse_loss(z, y)


class InAList(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.others = nn.Linear(1, 1), [nn.Linear(1, 2, dtype=torch.float64)]

    def forward(self, x):
        return self.others[0](self.first(x)).mean(dim=1, keepdim=True)


class ListOfItsOwn(nn.Linear):
    def __init__(self):
        super().__init__(1, 1)
        self.all = list(self.parameters())

    def forward(self, x):
        return super().forward(x) + sum(p.square().sum() for p in self.all)


class Cached(nn.Linear):
    cache = None

    def forward(self, x):
        self.cache = 2 * self.weight if self.cache is None else self.cache
        return functional.linear(x, self.cache, self.bias)


@pytest.mark.parametrize(
    ("make", "read"),
    [
        (
            lambda m: (m, lambda z, y: functional.mse_loss(z, y) + m.weight.square().sum()),
            "'weight' of the module",
        ),
        (
            lambda m: (m, lambda z, y: (z - y).square().mean() + m.bias.abs().sum()),
            r"'bias' of .*shape \(1,\)",
        ),
        (lambda m: (m, Penalised(m).eval()), r"'net.weight' of the loss, shape \(1, 1\)"),
        (lambda m: (m, Scaled().eval()), r"'scale' of the loss, shape \(\)"),
        (lambda m: (m, lambda z, y: m.weight.reshape(())), "'weight' of the module"),
        (lambda m: (InAList().eval(), functional.mse_loss), r"a tensor, shape \(2, 1\).*in a ModuleList"),
        (lambda m: (ListOfItsOwn().eval(), functional.mse_loss), "'weight' of the module"),
        (lambda m: (Cached(1, 1).eval(), functional.mse_loss), "keep nothing from one pass to the next"),
    ],
    ids=["penalty", "bias", "loss module", "own", "alone", "list", "list of its own", "cache"],
)
def test_what_would_lose_its_part_of_the_gradient_is_refused(make, read):
    plain, inputs, targets = straight()
    module, loss = make(plain)
    with pytest.raises(ValueError, match=f"no tensor with requires_grad beside .*{read}"):
        from_torch(module, loss, inputs, targets)


class WithPenalty(nn.Linear):
    def forward(self, x):
        return super().forward(x), 0.1 * sum(p.square().sum() for p in self.parameters())


class Alias(nn.Module):
    """A registered submodule that is also in a list moves with the parameters."""

    def __init__(self):
        super().__init__()
        self.line = nn.Linear(1, 1)
        self.lines = [self.line]

    def forward(self, x):
        return self.lines[0](x)


def test_constants_of_the_loss_and_penalties_of_the_module_are_no_such_thing():
    module, inputs, targets = straight()
    constant = copy.deepcopy(module).requires_grad_(False)
    for loss in (Penalised(constant).eval(), lambda z, y: (z - y).square().mean() + constant.weight.sum()):
        assert from_torch(module, loss, inputs, targets).gradient_error < 1e-6
    assert from_torch(Alias().eval(), nn.MSELoss(), inputs, targets).gradient_error < 1e-6
    f = from_torch(
        WithPenalty(1, 1).eval(), lambda z, y: functional.mse_loss(z[0], y) + z[1], inputs, targets
    )
    x, y = inputs.double().numpy()[:, 0], targets.double().numpy()[:, 0]
    gap = f.start[0] * x + f.start[1] - y
    expected = [2 * np.mean(gap * x), 2 * np.mean(gap)] + 0.2 * f.start
    np.testing.assert_allclose(f.gradient(f.start), expected, rtol=1e-12)


def test_a_second_derivative_that_is_wrong_is_told():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1)).eval()
    with pytest.warns(UserWarning, match="Hv of module and loss differs from the change of its gradient"):
        f = from_torch(module, lambda z, _: LeftOut.apply(z).mean(), torch.randn(4, 2))
    assert f.gradient_error < 1e-6
    weights = nn.utils.parametrizations.weight_norm(nn.Linear(2, 3)).eval()
    with pytest.warns(UserWarning, match="a second derivative that a part defines is wrong"):
        f = from_torch(weights, lambda z, _: z.square().mean(), torch.randn(4, 2))
    assert f.hvp_error > 1e-2


@pytest.mark.parametrize("settings", [{"sparse": True}, {"padding_idx": 0}])
def test_gradients_of_an_embedding_are_whole(settings):
    torch.manual_seed(0)
    module = nn.Sequential(nn.Embedding(4, 3, **settings), nn.Tanh(), nn.Linear(3, 2)).eval()
    f = from_torch(module, functional.cross_entropy, [0, 1, 2, 0], [0, 1, 0, 0])
    rng = np.random.default_rng(0)
    check_derivatives(f, f.start + rng.normal(size=(2, f.dim)), rng)


def test_complex_data_are_refused():
    module, inputs, targets = straight()
    with pytest.raises(ValueError, match=r"targets must be real, got torch\.complex64"):
        from_torch(module, nn.MSELoss(), inputs, targets * 1j)


def test_a_module_that_insists_on_float32_is_told_why_it_fails():
    _, inputs, targets = straight()
    with pytest.raises(RuntimeError, match="dtype") as caught:
        from_torch(Single(1, 1).eval(), nn.MSELoss(), inputs, targets)
    assert any("computes in float64" in note for note in caught.value.__notes__)


@pytest.mark.parametrize(
    "loss",
    [
        lambda z, y: (z - y).float().square().mean().double(),
        lambda z, y: ((z.detach() - y) * z).mean(),
        lambda z, y: (z + (z.round() - z).detach() - y).square().mean(),
    ],
    ids=["float32", "detach", "straight through"],
)
def test_a_gradient_that_is_not_that_of_the_values_is_told(loss):
    module, inputs, targets = straight()
    with pytest.warns(UserWarning, match="the gradient of module and loss differs"):
        f = from_torch(module, loss, inputs, targets)
    assert f.gradient_error > 1e-4


@examples(20)
@given(networks())
def test_the_gauss_newton_matrix_and_mini_batches_are_those_of_our_network(drawn):
    mlp, _, rng = drawn
    start = mlp.initial(rng)
    theirs = from_torch(like(mlp, start), loss_of(mlp), mlp.inputs, mlp.targets)
    places = in_order(
        mlp, lambda layer, v: (layer.weights(v), layer.bias(v)) if layer.biases else (layer.weights(v),)
    )
    ours = ggn_operator(mlp, start).matrix()[places][:, places]
    found = ggn_operator(theirs, theirs.start).matrix()
    np.testing.assert_allclose(found, ours, rtol=0, atol=1e-12 * (1 + np.abs(ours).max()))
    v = rng.normal(size=mlp.dim)
    np.testing.assert_allclose(
        ggn_operator(theirs, theirs.start) @ v[places], (ggn_operator(mlp, start) @ v)[places], atol=1e-11
    )
    chosen = rng.integers(mlp.examples, size=3)
    assert theirs.examples == mlp.examples
    part, mine = theirs.batch(chosen), mlp.batch(chosen)
    np.testing.assert_allclose(part.gradient(theirs.start), mine.gradient(start)[places], atol=1e-12)
    assert theirs.batch(np.arange(mlp.examples) == 0).examples == 1
    np.testing.assert_allclose(theirs.value(theirs.start), mlp.value(start), atol=1e-12)


def test_modules_of_all_kinds_have_a_positive_gauss_newton_matrix():
    for make in (residual, recurrent):
        f = make()
        eigenvalues = np.linalg.eigvalsh(ggn_operator(f, f.start).matrix())
        assert eigenvalues[0] > -1e-10 * eigenvalues[-1]
        assert f.batch([0, 2]).examples == 2
    with pytest.raises(ValueError, match="one length of their first axis"):
        text().batch([0])
    with pytest.raises(ValueError, match="indices must be whole numbers"):
        recurrent().batch([])


def test_an_epoch_of_mini_batches_trains_a_module():
    f = recurrent()
    run = minimize(f, Epochs(Adam(0.01), batches=2), f.start, 20)
    assert run.value[-1] < run.value[0]


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # readers still have such modules
def test_a_compiled_module_is_refused():
    module = torch.jit.trace(nn.Linear(2, 2).eval(), torch.zeros(1, 2))
    with pytest.raises(ValueError, match="module must be one in Python, got a torch"):
        from_torch(module, lambda z, _: (z * z).mean(), np.ones((3, 2)))


class Pair(NamedTuple):
    a: torch.Tensor
    b: torch.Tensor


class OfOneTuple(nn.Linear):
    """A module that takes one tuple with names, such as a packed sequence."""

    def forward(self, pair):
        return super().forward(pair.a) + pair.b


class OfPacked(nn.Linear):
    def forward(self, packed):
        return super().forward(packed.data) / len(packed.batch_sizes)


def test_a_tuple_with_names_is_one_argument():
    _, inputs, targets = straight()
    f = from_torch(OfOneTuple(1, 1).eval(), nn.MSELoss(), Pair(inputs, 2 * inputs), targets)
    a, b, y = (t.double().numpy()[:, 0] for t in (inputs, 2 * inputs, targets))
    np.testing.assert_allclose(f.value([2.0, 1.0]), np.mean((2 * a + 1 + b - y) ** 2))
    assert f.batch([0, 1]).examples == 2
    packed = nn.utils.rnn.pack_padded_sequence(torch.ones(2, 3, 1), [3, 2], batch_first=True)
    f = from_torch(OfPacked(1, 1).eval(), lambda z, _: z.sum(), packed)
    packed.data.mul_(7)
    np.testing.assert_allclose(f.value([2.0, 1.0]), 5 * 3 / 3)
    with pytest.raises(ValueError, match="first axis, got a PackedSequence"):
        f.batch([0])


def test_a_module_of_several_copies_and_the_class_of_a_loss_are_refused():
    module, inputs, targets = straight()
    with pytest.raises(ValueError, match=r"got a DataParallel: take its \.module"):
        from_torch(nn.DataParallel(module).eval(), nn.MSELoss(), inputs, targets)
    with pytest.raises(ValueError, match=r"got the class MSELoss: make one by MSELoss\(\)"):
        from_torch(module, nn.MSELoss, inputs, targets)


class WithScale(nn.Linear):
    def __init__(self):
        super().__init__(1, 1)
        self.scale = nn.Parameter(torch.tensor(1.5))

    def forward(self, x):
        return self.scale * super().forward(x)


def test_parameters_that_are_single_numbers():
    _, inputs, targets = straight()
    f = from_torch(WithScale().eval(), nn.MSELoss(), inputs, targets)
    assert {layer.name: layer.view(f.start).shape for layer in f.layers}["scale"] == ()
    x = f.start + 0.25
    assert dict(f.module_at(x).named_parameters())["scale"].item() == 1.75
    assert sum(part.stop - part.start for part in f.filters) == 3
