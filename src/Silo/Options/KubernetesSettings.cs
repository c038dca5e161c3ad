using System.ComponentModel.DataAnnotations;

namespace Headroom.Silo.Options;

/// <summary>Section <c>Headroom:Kubernetes</c>: whether this silo's host is a node, and how its API server is
/// reached.</summary>
internal sealed class KubernetesSettings : IValidatableObject
{
    /// <summary>Whether this host is a node of a Kubernetes cluster, whose pods are to be found. Off unless
    /// set.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// The API server's address, such as <c>https://192.0.2.7:6443</c>. Null: that of the cluster that this silo runs
    /// in as a pod, with the token and the authority that the kubelet mounts.
    /// </summary>
    public string? ApiServer { get; set; }

    /// <summary>The token with which the API server is asked; null for none. Only with
    /// <see cref="ApiServer"/>.</summary>
    [Secret]
    public string? Token { get; set; }

    /// <summary>A file with the token, read again each minute; null for none. Only with
    /// <see cref="ApiServer"/>.</summary>
    public string? TokenFile { get; set; }

    /// <summary>
    /// A PEM file with the authority that signed the API server's certificate; null: those that the machine trusts.
    /// Only with <see cref="ApiServer"/>.
    /// </summary>
    public string? CertificateAuthorityFile { get; set; }

    /// <summary>A kubeconfig file, of which the current context is used; null for none. Not with
    /// <see cref="ApiServer"/>.</summary>
    public string? KubeConfig { get; set; }

    /// <summary>
    /// How often the budgets are compared with pods and cgroups when the API server tells of no change; 100 ms to
    /// 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The first pause after the API server failed; it doubles with each failure after. 10 ms to 1
    /// min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest such pause, unless the API server asks for a longer one; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RetryPauseMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the kubelet has to put a new limit in effect, before the answer is that it is under way;
    /// 100 ms to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan ResizeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ApiServer is not null
            && (!Uri.TryCreate(ApiServer, UriKind.Absolute, out Uri? address)
                || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)))
        {
            yield return new("an address such as https://192.0.2.7:6443", [nameof(ApiServer)]);
        }

        if (ApiServer is not null && KubeConfig is not null)
        {
            yield return new("nothing, because ApiServer is set", [nameof(KubeConfig)]);
        }

        if (Token is not null && TokenFile is not null)
        {
            yield return new("nothing, because Token is set", [nameof(TokenFile)]);
        }

        if (ApiServer is null)
        {
            foreach ((string? value, string name) in ((string?, string)[])
                [(Token, nameof(Token)), (TokenFile, nameof(TokenFile)),
                    (CertificateAuthorityFile, nameof(CertificateAuthorityFile))])
            {
                if (value is not null)
                {
                    yield return new("nothing, because ApiServer is not set", [name]);
                }
            }
        }

        if (RetryPause > RetryPauseMax)
        {
            yield return new("at least RetryPause", [nameof(RetryPauseMax)]);
        }
    }
}
