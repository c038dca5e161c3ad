namespace Headroom.Manifests.Tests;

/// <summary>Mistakes that must be found; deploy/k8s/README.md lists them.</summary>
internal static class Mutations
{
    private const string Local = "deploy/k8s/overlays/local";
    private const string Redis = "deploy/k8s/overlays/redis";
    private const string Chaos = "deploy/k8s/overlays/chaos";
    private const string Journal = "samples/Journal/k8s";
    private const string Options = "tests/Manifests.Tests/Rendered/options";

    private const string Silo = "DaemonSet headroom-silo";
    private const string Config = "ConfigMap headroom-silo";
    private const string Gateway = "Service headroom";
    private const string Policy = "NetworkPolicy headroom-silo";
    private const string SiloPod = "spec template spec";
    private const string SiloContainer = "spec template spec containers 0";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("a field is misspelled", Local, Silo, $"{SiloContainer} readinesProbe", "{}", Verdict.Strict),
        new("an amount is no quantity", Local, Silo, $"{SiloContainer} resources limits memory", "lots",
            Verdict.Strict),
        new("a kind does not exist", Local, Silo, "kind", "DemonSet", Verdict.Strict),
        new("a metric's path is misspelled", Options, "ServiceMonitor headroom", "spec endpoints 0 pathh", "/metrics",
            Verdict.Strict),
        new("a container has no name", Local, Silo, $"{SiloContainer} name", null, Verdict.Schema),
        new("a policy of traffic does not exist", Local, Gateway, "spec internalTrafficPolicy", "Nearby",
            Verdict.Schema),
        new("the silos' pods have another label", Local, Silo,
            "spec template metadata labels app.kubernetes.io/component", "other", "selectors"),
        new("a service selects nobody", Local, Gateway, "spec selector app.kubernetes.io/name", "hedroom", "selectors"),
        new("metrics are read through two services", Options, "ServiceMonitor headroom",
            "spec selector matchLabels app.kubernetes.io/component", null, "selectors"),
        new("a service leads to no port", Local, Gateway, "spec ports 0 targetPort", "gatway", "ports"),
        new("a probe asks at no port", Local, Silo, $"{SiloContainer} livenessProbe httpGet port", "9090", "ports"),
        new("clients may connect to the silos' own port", Local, Policy, "spec ingress 1 ports 0 port", "silo",
            "network"),
        new("every pod may connect to the gateway", Local, Policy, "spec ingress 1 from 0 podSelector", "{}",
            "network"),
        new("a policy opens no port of the pod", Local, Policy, "spec ingress 2 ports 0 port", "metrics", "network"),
        new("a silo may run as root", Local, Silo, $"{SiloPod} securityContext runAsNonRoot", null, "restricted"),
        new("a silo may write to its root", Local, Silo, $"{SiloContainer} securityContext readOnlyRootFilesystem",
            "false", "restricted"),
        new("a silo may write to the node's cgroups", Local, Silo, $"{SiloContainer} volumeMounts name=cgroup readOnly",
            null, "restricted"),
        new("a silo sees the node's disk", Local, Silo, $"{SiloPod} volumes name=cgroup hostPath path", "/",
            "restricted"),
        new("the store keeps capabilities", Redis, "StatefulSet headroom-redis",
            $"{SiloContainer} securityContext capabilities", null, "restricted"),
        new("the load has a token", Chaos, "Job headroom-chaos", $"{SiloPod} automountServiceAccountToken", null,
            "restricted"),
        new("an application's namespace is not restricted", Journal, "Namespace journal",
            "metadata labels pod-security.kubernetes.io/enforce", null, "restricted"),
        new("an unready silo is killed", Local, Silo, $"{SiloContainer} livenessProbe httpGet path", "/healthz/ready",
            "probes"),
        new("nobody asks whether a silo is ready", Local, Silo, $"{SiloContainer} readinessProbe", null, "probes"),
        new("a silo is killed while it stops", Local, Silo, $"{SiloPod} terminationGracePeriodSeconds", "10",
            "stopping"),
        new("all silos are replaced at once", Local, Silo, "spec updateStrategy rollingUpdate maxUnavailable", "100%",
            "stopping"),
        new("a silo requests less than its limit", Local, Silo, $"{SiloContainer} resources requests memory", "256Mi",
            "memory"),
        new("more is pledged than there is", Local, Config, "data Headroom__Host__PledgedBytes", "\"536870912\"",
            "memory"),
        new("more pressure is allowed than there is memory", Chaos, Config, "data Headroom__Chaos__MaxPressureBytes",
            "\"1073741824\"", "memory"),
        new("a resize restarts the container", Journal, "Deployment journal",
            $"{SiloContainer} resizePolicy 0 restartPolicy", "RestartContainer", "memory"),
        new("silos may read secrets", Local, "ClusterRole headroom-silo", "rules 0 resources 0", "secrets", "access"),
        new("silos may delete pods", Local, "ClusterRole headroom-silo", "rules 0 verbs 0", "delete", "access"),
        new("another account may resize", Journal, "RoleBinding headroom-resize", "subjects 0 name", "default",
            "access"),
        new("a setting is misspelled", Local, Config, "data Headroom__Host__PledgeBytes", "\"1\"", "settings"),
        new("a setting has no such value", Redis, Config, "data Headroom__Cluster__Provider", "Reddis", "settings"),
        new("a host has its pod's name", Local, Silo,
            $"{SiloContainer} env name=Headroom__Host__Name valueFrom fieldRef fieldPath", "metadata.name", "settings"),
        new("the gateway listens elsewhere", Local, Config, "data Headroom__Cluster__GatewayPort", "\"30002\"",
            "settings"),
        new("the key is too short", Chaos, "Secret headroom-store", "data Headroom__Cluster__Key", "c2hvcnQ=",
            "settings"),
        new("an account does not exist", Local, Silo, $"{SiloPod} serviceAccountName", "headroom", "references"),
        new("a store's volume does not exist", Local, Silo,
            $"{SiloPod} volumes name=store persistentVolumeClaim claimName", "store", "references"),
        new("the disruption budget is a share", Local, "PodDisruptionBudget headroom", "spec minAvailable", "50%",
            "disruption"),
        new("silos give way like anybody", Local, Silo, $"{SiloPod} priorityClassName", null, "disruption"),
        new("some nodes have no silo", Local, Silo, $"{SiloPod} tolerations", null, "disruption"),
        new("a client does not know its node", Journal, "Deployment journal", $"{SiloContainer} env name=HEADROOM_HOST",
            null, "clients"),
        new("a client has another container's name", Journal, "Deployment journal",
            $"{SiloContainer} env name=HEADROOM_CONTAINER value", "web", "clients"),
        new("a client's namespace is not opened", Chaos, "Namespace headroom", "metadata labels headroom.io/clients",
            null, "clients"),
        new("calls go to other nodes", Local, Gateway, "spec internalTrafficPolicy", null, "place"),
        new("the gateway's service has another name", Local, Gateway, "metadata name", "gateway", "place"),
        new("an image has no version", Local, Silo, $"{SiloContainer} image", "headroom/silo", "images"),
        new("an image of another version", Chaos, "Job headroom-chaos", $"{SiloContainer} image", "headroom/load:9.9.9",
            "images"),
    ];
}
