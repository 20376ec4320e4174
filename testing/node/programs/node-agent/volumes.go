package main

import (
	"log"
	"net/http"
	"os"
	"path/filepath"
)

const (
	storageClass = "daytona-node"
	provisioner  = "daytona-operator.dev/daytona-node"
	// set by the scheduler, because the class binds when the first pod is placed
	selectedNode  = "volume.kubernetes.io/selected-node"
	provisionedBy = "pv.kubernetes.io/provisioned-by"
)

type volumeClaim struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		StorageClassName string   `json:"storageClassName"`
		VolumeName       string   `json:"volumeName"`
		AccessModes      []string `json:"accessModes"`
		Resources        struct {
			Requests map[string]string `json:"requests"`
		} `json:"resources"`
	} `json:"spec"`
}

type volume struct {
	Metadata metadata `json:"metadata"`
	Spec     struct {
		ReclaimPolicy string `json:"persistentVolumeReclaimPolicy"`
	} `json:"spec"`
	Status struct {
		Phase string `json:"phase"`
	} `json:"status"`
}

// volumes gives claims directories of this node, as volumes of type "local": to those the kubelet
// applies fsGroup, as it does to disks.
type volumes struct {
	client          *client
	node, directory string
}

func (v volumes) reconcile() error {
	claims, err := list[volumeClaim](v.client, "/api/v1/persistentvolumeclaims")
	if err != nil {
		return err
	}
	existing, err := list[volume](v.client, "/api/v1/persistentvolumes")
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for _, e := range existing {
		names[e.Metadata.Name] = true
		if e.Status.Phase == "Released" && e.Spec.ReclaimPolicy == "Delete" &&
			e.Metadata.Annotations[provisionedBy] == provisioner {
			if err := v.remove(e.Metadata.Name); err != nil {
				return err
			}
		}
	}
	for _, claim := range claims {
		if claim.Spec.StorageClassName == storageClass && claim.Spec.VolumeName == "" &&
			claim.Metadata.Annotations[selectedNode] == v.node && !names["pvc-"+claim.Metadata.UID] {
			if err := v.create(claim); err != nil {
				return err
			}
		}
	}
	return nil
}

// create makes the directory like a disk that has just been formatted: root's, closed to others,
// with lost+found. A pod without fsGroup, or a database in the volume's root, fails here too.
func (v volumes) create(claim volumeClaim) error {
	name := "pvc-" + claim.Metadata.UID
	path := filepath.Join(v.directory, name)
	if err := os.MkdirAll(filepath.Join(path, "lost+found"), 0o755); err != nil {
		return err
	}
	if err := os.Chmod(filepath.Join(path, "lost+found"), 0o700); err != nil {
		return err
	}
	log.Printf("volume %s for %s/%s", name, claim.Metadata.Namespace, claim.Metadata.Name)
	_, err := v.client.call(http.MethodPost, "/api/v1/persistentvolumes", map[string]any{
		"apiVersion": "v1", "kind": "PersistentVolume",
		"metadata": map[string]any{
			"name": name, "annotations": map[string]string{provisionedBy: provisioner},
		},
		"spec": map[string]any{
			"storageClassName":              storageClass,
			"persistentVolumeReclaimPolicy": "Delete",
			"accessModes":                   claim.Spec.AccessModes,
			"capacity":                      claim.Spec.Resources.Requests,
			"local":                         map[string]string{"path": path},
			"claimRef": map[string]string{
				"apiVersion": "v1", "kind": "PersistentVolumeClaim", "uid": claim.Metadata.UID,
				"namespace": claim.Metadata.Namespace, "name": claim.Metadata.Name,
			},
			"nodeAffinity": map[string]any{"required": map[string]any{
				"nodeSelectorTerms": []any{map[string]any{"matchExpressions": []any{map[string]any{
					"key": "kubernetes.io/hostname", "operator": "In", "values": []string{v.node},
				}}}},
			}},
		},
	})
	return err
}

func (v volumes) remove(name string) error {
	log.Printf("removing volume %s", name)
	if err := os.RemoveAll(filepath.Join(v.directory, name)); err != nil {
		return err
	}
	_, err := v.client.call(http.MethodDelete, "/api/v1/persistentvolumes/"+name, nil)
	return err
}
